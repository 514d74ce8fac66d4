import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../local/project.ts';
import { ScriptError } from '../local/script.ts';
import { migrationsFolder } from './folder.ts';
import { runPrisma } from './prisma-cli.ts';

/** Prisma's exit code for "there is a difference". */
const differs = 2;

/**
 * The SQL that leads from what the migrations make to what the schema says; '' when that is the same.
 *
 * The migrations are tried in a database of their own on the server, which is removed again.
 *
 * @param url any database on a server where databases may be created
 */
export async function schemaDifference(url: string): Promise<string> {
	const { status, stdout, stderr } = await runPrisma(
		[
			...['migrate', 'diff', '--script', '--exit-code'],
			...['--from-migrations', migrationsFolder],
			...['--to-schema', projectPath('prisma/schema.prisma')]
		],
		{ url }
	);
	if (status === 0) return '';
	if (status !== differs) throw new ScriptError(`The schema could not be compared:\n${stderr}`);
	return stdout.trim();
}

/** Writes a migration that is the last one by its time, and answers where it lies. */
export function writeMigration(name: string, sql: string): string {
	const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
	const words = name
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '_')
		.replace(/^_|_$/g, '');
	const folder = join(migrationsFolder, `${time}_${words}`);
	mkdirSync(folder);
	const file = join(folder, 'migration.sql');
	writeFileSync(file, `${sql}\n`);
	return file;
}
