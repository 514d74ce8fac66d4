import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../local/project.ts';

/** One migration as it stands in the project. */
export interface Migration {
	/** The name of its folder, `<time>_<verb_noun>`; the names sort in the order of applying. */
	name: string;
	sql: string;
	/** SHA-256 of the SQL, as Prisma records it. */
	checksum: string;
}

/** Where the project's migrations lie. */
export const migrationsFolder = projectPath('prisma/migrations');

/** The migrations of a folder, in the order of applying. */
export function readMigrations(folder = migrationsFolder): Migration[] {
	return readdirSync(folder)
		.filter((name) => existsSync(join(folder, name, 'migration.sql')))
		.sort()
		.map((name) => {
			const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
			return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
		});
}

/** A short word that changes with any migration, for things that are made from all of them. */
export function migrationsDigest(migrations: readonly Migration[]): string {
	const list = migrations.map(({ name, checksum }) => `${name} ${checksum}`).join('\n');
	return createHash('sha256').update(list).digest('hex').slice(0, 12);
}
