/**
 * `npm start [-- --demo]`: Coda on this computer, from a fresh clone. Installs, makes a database, builds
 * and serves; each of it only when it is needed. `--demo` fills a demo person's board.
 */
import { ensureInstalled, requireNode } from './install.mjs';

requireNode();
try {
	await ensureInstalled();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
}

// From here on the rest is TypeScript, which Node 20 does not run by itself.
const { register } = await import('tsx/esm/api');
register();
const { runScript } = await import('./local/script.ts');
const { start } = await import('./local/start.ts');
await runScript(() => start(process.argv.slice(2)));
