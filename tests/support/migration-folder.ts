import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '../../scripts/local/project.ts';

/** A folder of migrations for one test, with a Prisma configuration that names it. */
export class MigrationFolder {
	readonly root = mkdtempSync(join(tmpdir(), 'coda-migrations-'));
	readonly folder = join(this.root, 'migrations');
	readonly configFile = join(this.root, 'prisma.config.ts');

	constructor() {
		mkdirSync(this.folder);
		writeFileSync(join(this.folder, 'migration_lock.toml'), 'provider = "postgresql"\n');
		writeFileSync(
			this.configFile,
			`import project from ${JSON.stringify(projectPath('prisma.config.ts'))};
			export default {
				...project,
				schema: ${JSON.stringify(projectPath('prisma/schema.prisma'))},
				migrations: { path: ${JSON.stringify(this.folder)} }
			};\n`
		);
	}

	/** Writes a migration, or writes it anew. */
	write(name: string, sql: string): void {
		mkdirSync(join(this.folder, name), { recursive: true });
		writeFileSync(join(this.folder, name, 'migration.sql'), sql);
	}

	remove(): void {
		rmSync(this.root, { recursive: true });
	}
}
