import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectRoot } from '../local/project.ts';

/** A program of the project to run, as one step of a lane. */
export interface StepCommand {
	/** A file that Node runs. */
	script: string;
	args?: string[];
	env?: NodeJS.ProcessEnv;
	/** Print as it runs; else only what a failing one has printed, in the end. */
	live?: boolean;
	/** Asks the program to end. */
	signal?: AbortSignal;
}

/** How a command ended. */
export interface CommandResult {
	ok: boolean;
	/** What it printed, unless it ran live. */
	output: string;
}

const require = createRequire(import.meta.url);

/** The file of a package's program, such as `eslint`'s `bin/eslint.js`. */
export function packageScript(name: string, path: string): string {
	return join(dirname(require.resolve(`${name}/package.json`)), path);
}

/** Runs a command to its end. Nothing is read from the terminal. */
export function runCommand(command: StepCommand): Promise<CommandResult> {
	const { script, args = [], env = {}, live = false, signal } = command;
	const node = script.endsWith('.ts') ? ['--import', 'tsx'] : [];
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [...node, script, ...args], {
			cwd: projectRoot,
			env: { ...process.env, ...env },
			stdio: live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe']
		});
		const end = () => child.kill('SIGTERM');
		if (signal?.aborted) end();
		signal?.addEventListener('abort', end, { once: true });
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
		}
		child.once('error', reject);
		child.once('close', (code) => {
			signal?.removeEventListener('abort', end);
			resolve({ ok: code === 0, output });
		});
	});
}
