import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs a few lines in a process of their own, as after `cd` to the project, and under limits of a shell
 * (`ulimit -n 64`).
 *
 * @returns what they print
 */
export async function inOwnProcess(lines: string, limits = ':'): Promise<string> {
	const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', lines];
	const { stdout } = await run('/bin/bash', ['-c', `${limits}; exec "$@"`, 'bash', ...node], {
		cwd: root
	});
	return stdout.trim();
}
