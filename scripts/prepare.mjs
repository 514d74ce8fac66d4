/**
 * Runs after every install: makes the files that are generated and not in git, SvelteKit's TypeScript
 * configuration first, then the Prisma client. What is not installed (in production) is left out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { projectRoot, recordInstall } from './install.mjs';

for (const [program, ...args] of [
	['@sveltejs/kit/svelte-kit.js', 'sync'],
	['prisma/build/index.js', 'generate']
]) {
	const path = fileURLToPath(new URL(`../node_modules/${program}`, import.meta.url));
	if (!existsSync(path)) continue;
	const { status } = spawnSync(process.execPath, [path, ...args], {
		cwd: projectRoot,
		env: { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
		stdio: 'inherit'
	});
	if (status !== 0) process.exit(status ?? 1);
}
recordInstall();
