import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma/config';

// The schema engine is the WebAssembly build from npm, so that an install downloads nothing else. Windows
// cannot run a script as a program: there Prisma fetches its own engine at the first migration.
if (process.platform !== 'win32') {
	process.env.PRISMA_SCHEMA_ENGINE_BINARY ||= fileURLToPath(
		new URL('./prisma/schema-engine.mjs', import.meta.url)
	);
}

const { DIRECT_URL, DATABASE_URL_UNPOOLED, DATABASE_URL } = process.env;

export default defineConfig({
	schema: 'prisma/schema.prisma',
	migrations: { path: 'prisma/migrations', seed: 'tsx scripts/db-seed.ts' },
	datasource: {
		url: DIRECT_URL || DATABASE_URL_UNPOOLED || DATABASE_URL || 'postgresql://localhost:1/unset'
	}
});
