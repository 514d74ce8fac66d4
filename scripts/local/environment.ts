import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { projectPath } from './project.ts';

/** Names of the address that migrations use in the place of DATABASE_URL. */
const directNames = new Set(['DIRECT_URL', 'DATABASE_URL_UNPOOLED']);

/**
 * Takes the variables of `.env` into the environment. What is set already stays, and an empty value counts
 * as not set. A database that is named on the command line is not mixed with the direct address of the
 * one in the file.
 */
export function loadEnvFile(path = projectPath('.env')): void {
	if (!existsSync(path)) return;
	const otherDatabase = Boolean(process.env.DATABASE_URL);
	for (const [name, value] of Object.entries(parseEnv(readFileSync(path, 'utf8')))) {
		if (otherDatabase && directNames.has(name)) continue;
		process.env[name] ||= value;
	}
}

/** True when the host of an address is this machine. */
export function isLoopback(url: string): boolean {
	return isLoopbackHost(new URL(url).hostname);
}

/** True for the names of this machine, as they stand in an address. */
export function isLoopbackHost(host: string): boolean {
	return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
