/**
 * `npm test`: everything that has to hold before a change is shared, from a fresh clone. Installs when
 * needed. The last line is `N passed, N failed`; the exit code is 1 when anything failed.
 */
import { ensureInstalled, requireNode } from './install.mjs';

requireNode();
try {
	await ensureInstalled();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	console.log('\n0 passed, 1 failed');
	process.exit(1);
}

// From here on the rest is TypeScript, which Node 20 does not run by itself.
const { register } = await import('tsx/esm/api');
register();
const { runScript } = await import('./local/script.ts');
const { fastLane } = await import('./verify/fast-lane.ts');
const { runLane } = await import('./verify/lane.ts');
await runScript(() => runLane(fastLane));
