import { spawn, type ChildProcess } from 'node:child_process';
import { ControlLines } from './control-lines.ts';
import { withOwnDescriptors } from './own-descriptors.ts';

/** Why tmux did not do what it was told, in its own words. */
export class TmuxProblem extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'TmuxProblem';
	}
}

/** What tmux was asked about is not there any more. Any other problem may pass, and the program may go on in it. */
export class TmuxGone extends TmuxProblem {}

/** How tmux is started. */
export interface TmuxCall {
	args: string[];
	/** The folder that new terminals begin in. */
	folder: string;
	env: Record<string, string>;
}

/** What is told of a client. */
export interface TmuxListener {
	onOutput(pane: string, bytes: Buffer): void;
	/** A window has another form. */
	onLayout(): void;
	/** A program may have ended; everything that it printed was told. */
	onRename(): void;
	/** It is over, and everything that it said was read. Told once. */
	onClose(): void;
}

/** A line that was written to tmux and is not answered yet. */
interface Waiting {
	/** How many commands it has. */
	commands: number;
	replies: string[][];
	resolve(replies: string[][]): void;
	reject(cause: TmuxProblem): void;
}

/** A client of tmux in control mode: looks at one session, and tells it what to do. */
export class TmuxClient {
	/** Done when everything on the command line was done. Rejects with what tmux says. */
	readonly attached: Promise<void>;
	readonly #child: ChildProcess;
	readonly #waiting: Waiting[] = [];
	#complaint = '';
	#isClosed = false;

	constructor({ folder, ...call }: TmuxCall, listener: TmuxListener) {
		// A server that it starts outlives the runner, and must not keep the terminals of others open.
		const { file, args, env } = withOwnDescriptors({ file: 'tmux', folder, ...call });
		this.#child = spawn(file, args, { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
		let isAttached = () => {};
		let isRefused = (_cause: TmuxProblem) => {};
		this.attached = new Promise<void>((resolve, reject) => {
			isAttached = resolve;
			isRefused = reject;
		});
		// Whoever waits for it is told; nobody has to.
		this.attached.catch(() => {});
		const lines = new ControlLines({
			onOutput: (pane, bytes) => listener.onOutput(pane, bytes),
			onReply: ({ lines: said, isError, isOurs }) => {
				if (isOurs) return this.#answered(said, isError);
				if (isError) this.#complaint = said.join(' ');
			},
			onNotice: (name, rest) => {
				if (name === 'session-changed') isAttached();
				if (name === 'layout-change') listener.onLayout();
				if (name === 'window-renamed') listener.onRename();
				if (name === 'exit' && rest) this.#complaint ||= rest;
			}
		});
		this.#child.stdout?.on('data', (chunk: Buffer) => lines.read(chunk));
		this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			this.#complaint ||= text.trim();
		});
		// It may be gone while something is written to it; its end is told by `close`.
		this.#child.stdin?.on('error', () => {});
		this.#child.on('error', (cause) => (this.#complaint ||= cause.message));
		this.#child.on('close', () => {
			this.#isClosed = true;
			const problem = new TmuxProblem(this.#complaint || 'tmux has ended');
			isRefused(problem);
			for (const { reject } of this.#waiting.splice(0)) reject(problem);
			listener.onClose();
		});
	}

	/**
	 * Tells tmux to do something, in its own language. Several commands are done at one moment. `atOnce` is called
	 * with what each has printed, before anything that came after it is told.
	 *
	 * @throws TmuxProblem
	 */
	tell(
		commands: readonly string[],
		atOnce: (replies: string[][]) => void = () => {}
	): Promise<string[][]> {
		return new Promise((resolve, reject) => {
			if (this.#isClosed) return reject(new TmuxProblem('tmux has ended'));
			this.#waiting.push({
				...{ commands: commands.length, replies: [], reject },
				resolve(replies) {
					atOnce(replies);
					resolve(replies);
				}
			});
			this.#child.stdin?.write(`${commands.join(' ; ')}\n`);
		});
	}

	/** After a command that failed, the rest of its line is not done, and not answered. */
	#answered(lines: string[], isError: boolean): void {
		const [line] = this.#waiting;
		if (!line) return;
		line.replies.push(lines);
		if (!isError && line.replies.length < line.commands) return;
		this.#waiting.shift();
		if (isError) line.reject(new TmuxProblem(lines.join(' ')));
		else line.resolve(line.replies);
	}

	pause(): void {
		this.#child.stdout?.pause();
	}

	resume(): void {
		this.#child.stdout?.resume();
	}

	/** Goes away without a word: tmux does not answer. The session stays. */
	kill(): void {
		this.#child.kill('SIGKILL');
	}

	/** Goes away; the session stays. */
	leave(): void {
		this.#child.stdin?.end();
		this.resume();
	}
}
