import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../runner/cli/main.ts', import.meta.url));

/** A start of the runner's program, as a person starts it. */
export interface RunnerProcess {
	child: ChildProcess;
	/** The exit code. */
	ended: Promise<number>;
	output(): string;
	/** Waits until it has printed something. @returns what fits */
	says(wanted: RegExp): Promise<RegExpExecArray>;
}

/** A computer with the runner's program, in a folder of its own. */
export interface RunnerCli {
	/** Its home, and where its terminals begin. */
	folder: string;
	run(...args: string[]): RunnerProcess;
	/** Ends what still runs, and removes the folder. */
	stop(): Promise<void>;
}

/** Makes a computer that can be paired with an application. */
export function runnerCli(): RunnerCli {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coda-computer-')));
	const started: RunnerProcess[] = [];
	return {
		folder,
		run(...args) {
			const one = start(folder, args);
			started.push(one);
			return one;
		},
		async stop() {
			for (const { child, ended } of started) {
				if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
				await ended;
			}
			rmSync(folder, { recursive: true, force: true });
		}
	};
}

function start(folder: string, args: string[]): RunnerProcess {
	const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
		// A home of its own: what shells read there, and write there, is this computer's.
		env: {
			...{ PATH: process.env.PATH, LANG: 'C.UTF-8', SHELL: '/bin/bash' },
			...{ HOME: folder, CODA_RUNNER_DIR: join(folder, 'runner') }
		},
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let output = '';
	const waiting = new Set<() => void>();
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			for (const look of waiting) look();
		});
	}
	const ended = once(child, 'close').then(([code]) => code as number);
	return {
		child,
		ended,
		output: () => output,
		says: (wanted) =>
			new Promise((resolve, reject) => {
				const look = () => {
					const found = wanted.exec(output);
					if (!found) return;
					waiting.delete(look);
					resolve(found);
				};
				waiting.add(look);
				void ended.then(() => {
					if (waiting.has(look)) reject(new Error(`It ended without saying that:\n${output}`));
				});
				look();
			})
	};
}
