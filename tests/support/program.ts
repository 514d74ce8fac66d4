import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { projectPath } from '../../scripts/local/project.ts';

/** A program of the project in a process of its own. */
export interface Program {
	child: ChildProcess;
	pid: number;
	/** Resolves with its exit code, or nothing where a signal has ended it. */
	ended: Promise<number | null>;
	/** Everything that it has printed. */
	output(): string;
	/** Waits until it has printed something; `from` leaves out what it had printed before. @throws where it ends first */
	says(wanted: string | RegExp, from?: number): Promise<string>;
	/** Ends it, and waits for that. */
	end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Starts a TypeScript file of the project. */
export function startProgram(file: string, args: string[], options: SpawnOptions = {}): Program {
	const child = spawn(process.execPath, ['--import', 'tsx', projectPath(file), ...args], {
		cwd: projectPath('.'),
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		...options
	});
	let output = '';
	let hasEnded = false;
	let wake = () => {};
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			wake();
		});
	}
	const ended = once(child, 'close').then(([code]) => {
		hasEnded = true;
		wake();
		return code as number | null;
	});
	return {
		...{ child, pid: child.pid ?? 0, ended },
		output: () => output,
		async says(wanted, from = 0) {
			for (;;) {
				const [found] = output.slice(from).match(wanted) ?? [];
				if (found !== undefined) return found;
				if (hasEnded) throw new Error(`It ended before it said ${wanted}:\n${output}`);
				await new Promise<void>((resolve) => (wake = resolve));
			}
		},
		async end(signal) {
			child.kill(signal);
			return ended;
		}
	};
}
