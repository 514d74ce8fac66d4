import { spawnSync } from 'node:child_process';
import { ScriptError } from '../local/script.ts';
import { canInstallPackages, installPackage } from './debian.ts';

/** Names under which systems install Redis or its sister. */
const names = ['redis-server', 'valkey-server'];

/** The Redis that tests of the limits count in: one that runs already, or a program to start. */
export type RedisChoice = { url: string } | { program: string };

/**
 * Finds a Redis, or installs one: `TEST_REDIS_URL`, an installed server, Debian's when this is root.
 *
 * @throws ScriptError when none can be had
 */
export function findRedis(): RedisChoice {
	const { TEST_REDIS_URL } = process.env;
	if (TEST_REDIS_URL) return { url: TEST_REDIS_URL };
	const find = () => names.find(runs);
	const program =
		find() ?? (canInstallPackages() && installPackage('redis-server') ? find() : undefined);
	if (program) return { program };
	throw new ScriptError(
		'There is no Redis for the tests: install redis-server, or set TEST_REDIS_URL to one.'
	);
}

function runs(name: string): boolean {
	return spawnSync(name, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
