import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../runner/cli/main.ts', import.meta.url));

const literal = (text: string) => new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));

/** A start of the runner's program, as a person starts it. */
export interface RunnerProcess {
	child: ChildProcess;
	/** The exit code. */
	ended: Promise<number>;
	output(): string;
	/** Waits until it has printed something. @returns what fits */
	says(wanted: string | RegExp): Promise<RegExpExecArray>;
}

/** A computer with the runner's program, in a folder of its own. */
export interface RunnerCli {
	/** Its home, and where its terminals begin. */
	folder: string;
	run(...args: string[]): RunnerProcess;
	/** The same under limits of the shell: `ulimit -f 0`. */
	runUnder(limits: string, ...args: string[]): RunnerProcess;
	/** Ends what still runs, and removes the folder. */
	stop(): Promise<void>;
}

/** Makes a computer that can be paired with an application. */
export function runnerCli(): RunnerCli {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coda-computer-')));
	const started: RunnerProcess[] = [];
	const runUnder = (limits: string, ...args: string[]) => {
		const node = [process.execPath, '--import', 'tsx', main, ...args];
		const one = startProgram('/bin/bash', ['-c', `${limits}; exec "$@"`, 'bash', ...node], {
			// A home of its own: what shells read there, and write there, is this computer's.
			env: {
				...{ PATH: process.env.PATH, LANG: 'C.UTF-8', SHELL: '/bin/bash' },
				...{ HOME: folder, CODA_RUNNER_DIR: join(folder, 'runner') }
			}
		});
		started.push(one);
		return one;
	};
	return {
		folder,
		runUnder,
		run: (...args) => runUnder(':', ...args),
		async stop() {
			for (const { child, ended } of started) {
				if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
				await ended;
			}
			rmSync(folder, { recursive: true, force: true });
		}
	};
}

/** Starts a program that is read along. */
export function startProgram(
	file: string,
	args: string[],
	{ env, cwd }: Pick<SpawnOptions, 'env' | 'cwd'>
): RunnerProcess {
	const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
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
				const pattern = typeof wanted === 'string' ? literal(wanted) : wanted;
				const look = () => {
					const found = pattern.exec(output);
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
