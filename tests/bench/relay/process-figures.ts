import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Processor seconds of some processes so far, theirs and the system's for them. */
export function processorSeconds(pids: number[]): number {
	return pids.reduce((sum, pid) => sum + secondsOf(pid), 0);
}

function secondsOf(pid: number): number {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
	} catch {
		// It has ended.
		return 0;
	}
}

/** Resident memory of some processes, in MiB. */
export function residentMiB(pids: number[]): number {
	return pids.reduce((sum, pid) => sum + residentOf(pid), 0);
}

function residentOf(pid: number): number {
	try {
		const [, kibibytes] =
			/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
		return Number(kibibytes ?? 0) / 1_024;
	} catch {
		// It has ended.
		return 0;
	}
}

/** The processes that a process has started, and theirs. */
export function descendants(pid: number): number[] {
	const parents = readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((name) => {
			try {
				const text = readFileSync(`/proc/${name}/stat`, 'utf8');
				return [
					[Number(name), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])] as const
				];
			} catch {
				return [];
			}
		});
	const found = [pid];
	for (const parent of found) {
		found.push(...parents.filter(([, of]) => of === parent).map(([child]) => child));
	}
	return found.slice(1);
}
