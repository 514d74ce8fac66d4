import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './script.ts';

/**
 * A word that tells a process from a later one with the same number, or '' when there is no such process.
 *
 * On Linux it is the time the process started, and a process that has ended but was not collected
 * counts as gone. Elsewhere only the number is known.
 */
export function processIdentity(pid: number): string {
	if (!Number.isInteger(pid) || pid <= 0) return '';
	if (process.platform === 'linux') {
		const fields = statFields(pid);
		const [state, started] = [fields[0] ?? '', fields[19] ?? ''];
		return state === 'Z' || state === 'X' ? '' : started;
	}
	try {
		process.kill(pid, 0);
		return 'running';
	} catch (error) {
		return codeOf(error) === 'EPERM' ? 'running' : '';
	}
}

/** True while the process that had this identity still runs. */
export function isRunning(pid: number, identity: string): boolean {
	return identity !== '' && processIdentity(pid) === identity;
}

/** The name of a process's program, or '' when the system doesn't tell. */
export function programOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
	} catch {
		return ''; // the process has gone, or this is not Linux
	}
}

/** Waits until a process has ended. Answers false when it still runs after `timeoutMs`. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
	const identity = processIdentity(pid);
	const deadline = Date.now() + timeoutMs;
	while (isRunning(pid, identity)) {
		if (Date.now() > deadline) return false;
		await sleep(20);
	}
	return true;
}

/** The fields of /proc/<pid>/stat after the program's name, which may itself hold spaces and brackets. */
function statFields(pid: number): string[] {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	} catch {
		return []; // no such process
	}
}
