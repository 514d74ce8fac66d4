import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Size } from '#protocol/terminal';
import { RUNNER_LIMITS } from './limits.ts';
import type { Ended, RunningProgram } from './running-program.ts';
import { askForScreen, screenOf } from './tmux-screen.ts';
import type { TmuxClient } from './tmux-client.ts';
import { TmuxGone, TmuxProblem, type TmuxListener } from './tmux-client.ts';

/** Bytes of input in one command: each is three letters of a line that tmux has to read. */
const INPUT_BYTES = 1_024;
const SIGHUP = 1;
const run = promisify(execFile);
/** Of several panes ours is the one that was marked when it was made. */
const LIST_PANES =
	"list-panes -s -F '#{@coda} #{pane_id} #{pane_tty} #{pane_width} #{pane_height} #{@coda_ended}'";

interface Input {
	bytes: Uint8Array;
	done: () => void;
}

/** A session of tmux, as seen from outside. */
export interface TmuxSession {
	/** What tmux calls it. */
	name: string;
	/** Looks at it. */
	attach(listener: TmuxListener): TmuxClient;
	/**
	 * How its program has ended; `running` where it has not, and nothing where tmux does not know it.
	 *
	 * @throws TmuxProblem where tmux does not say
	 */
	ended(): Promise<Ended | 'running' | undefined>;
	/** Removes what is left of it. */
	remove(): Promise<void>;
}

/**
 * A program in a pane of tmux, seen through control mode: what it prints comes as it was printed. It outlives the
 * runner, which leaves it and comes back.
 */
export class TmuxPane implements RunningProgram {
	readonly name: string;
	readonly #session: TmuxSession;
	#client: TmuxClient;
	#pane = '';
	#tty = '';
	#early: Uint8Array[] = [];
	#onOutput: ((output: Uint8Array) => void) | undefined;
	#onEnd: (ended: Ended) => void = () => {};
	#onSize: (size: Size) => void = () => {};
	#ended: Ended | undefined;
	/** Output counts from here on: what came before is part of a screen that was read. */
	#isReading: boolean;
	/** Its program has ended: runs until nothing more has come for a while. */
	#quiet: NodeJS.Timeout | undefined;
	/** Processes that were in the terminal when it was closed. */
	#stubborn: number[] = [];
	/** Inputs that were not given to the program, because nobody looked at it in that moment. */
	#untold: Input[] = [];
	/** Its terminal is closed: whoever is slow keeps nobody waiting for that. */
	#isHungUp = false;
	#hasLeft = false;
	#isLookingAgain = false;

	private constructor(session: TmuxSession, begin?: TmuxSession['attach']) {
		this.name = session.name;
		this.#session = session;
		this.#isReading = begin !== undefined;
		this.#client = (begin ?? session.attach)(this.#listener);
	}

	/** A session that is made by looking at it: nothing that its program prints is missed. @throws TmuxProblem */
	static async begin(session: TmuxSession, begin: TmuxSession['attach']): Promise<TmuxPane> {
		const pane = new TmuxPane(session, begin);
		try {
			await pane.#learn();
		} catch (cause) {
			// A program that ends at once is no problem of tmux.
			const ended = await session.ended();
			if (!ended || ended === 'running') throw cause;
			pane.#ended = ended;
			await session.remove();
		}
		return pane;
	}

	/**
	 * A session that there is: its screen comes first, then what its program prints.
	 *
	 * @throws TmuxGone where it has no terminal of the runner's any more; TmuxProblem
	 */
	static async takeUp(session: TmuxSession): Promise<TmuxPane> {
		const pane = new TmuxPane(session);
		const late = setTimeout(() => pane.#client.kill(), RUNNER_LIMITS.takeUpMs);
		try {
			const isDead = await pane.#learn();
			await pane.#readScreen();
			// It ended while no runner was there.
			if (isDead) pane.#readToTheEnd();
			return pane;
		} catch (cause) {
			pane.leave();
			throw cause;
		} finally {
			clearTimeout(late);
		}
	}

	/** Inputs that tmux has not taken yet. */
	waitingInputs = 0;
	/** Its size, when it was looked at first. */
	size: Size = { cols: 80, rows: 24 };

	onOutput(then: (output: Uint8Array) => void): void {
		this.#onOutput = then;
		for (const output of this.#early.splice(0)) then(output);
	}

	onEnd(then: (ended: Ended) => void): void {
		const before = this.#onEnd;
		this.#onEnd = (ended) => {
			before(ended);
			then(ended);
		};
		if (this.#ended) then(this.#ended);
	}

	/** Told where somebody at the computer has made it larger or smaller. */
	onSize(then: (size: Size) => void): void {
		this.#onSize = then;
	}

	write(bytes: Uint8Array, done: () => void): void {
		let left = Math.ceil(bytes.length / INPUT_BYTES);
		this.waitingInputs += 1;
		const isGiven = () => {
			left -= 1;
			if (left > 0) return;
			this.waitingInputs -= 1;
			done();
		};
		for (let at = 0; at < bytes.length; at += INPUT_BYTES) {
			this.#give({ bytes: bytes.subarray(at, at + INPUT_BYTES), done: isGiven });
		}
	}

	resize({ cols, rows }: Size): void {
		this.size = { cols, rows };
		this.#tellAndForget(`resize-window -t ${this.#pane} -x ${cols} -y ${rows}`);
	}

	pause(): void {
		if (!this.#quiet && !this.#isHungUp) this.#client.pause();
	}

	resume(): void {
		this.#client.resume();
	}

	hangUp(): void {
		void this.#hangUp();
	}

	/** Whoever takes no notice of a closed terminal is found before it is closed, and killed with it. */
	kill(): void {
		for (const pid of this.#stubborn.splice(0)) kill(pid);
	}

	/** Looks no more; the program goes on. */
	leave(): void {
		this.#hasLeft = true;
		this.#client.leave();
	}

	/** What was told to a client that is gone was not done: it is told to the next one, if there is one. */
	#give(input: Input): void {
		const keys = Buffer.from(input.bytes).toString('hex').match(/../g)?.join(' ');
		const told = this.#client.tell([`send-keys -t ${this.#pane} -H ${keys}`]);
		told.then(input.done, () => this.#untold.push(input));
	}

	async #hangUp(): Promise<void> {
		this.#isHungUp = true;
		this.#client.resume();
		this.#stubborn = await processesAt(this.#tty);
		await this.#session.remove();
		setTimeout(() => this.kill(), RUNNER_LIMITS.killMs);
	}

	get #listener(): TmuxListener {
		return {
			onOutput: (pane, bytes) => this.#printed(pane, bytes),
			onLayout: () => void this.#measure(),
			onRename: () => void this.#lookForEnd(),
			onClose: () => void this.#closed()
		};
	}

	#printed(pane: string, bytes: Uint8Array): void {
		// Until the first answer there is one pane, and it is this one; later somebody may have split it.
		if (!this.#isReading || (this.#pane && pane !== this.#pane)) return;
		this.#quiet?.refresh();
		if (this.#onOutput) this.#onOutput(bytes);
		else this.#early.push(bytes);
	}

	/** @returns whether its program has ended already */
	async #learn(): Promise<boolean> {
		await this.#client.attached;
		const [lines = []] = await this.#client.tell([LIST_PANES]);
		const own = lines.find((line) => line.startsWith('1 ')) ?? '';
		const [, pane = '', tty = '', cols, rows, ended] = own.split(' ');
		if (!pane) throw new TmuxGone(`${this.name} has no terminal of Coda any more.`);
		this.#pane = pane;
		this.#tty = tty;
		this.size = { cols: Number(cols), rows: Number(rows) };
		return Boolean(ended);
	}

	/** Replies and output come in their order: whatever follows the last of these is not on that screen. */
	async #readScreen(): Promise<void> {
		await this.#client.tell(askForScreen(this.#pane), (replies) => {
			this.#isReading = true;
			this.#printed(this.#pane, screenOf(replies));
		});
	}

	async #measure(): Promise<void> {
		if (!this.#pane) return;
		const ask = `display-message -p -t ${this.#pane} '#{pane_width} #{pane_height}'`;
		const [lines] = await this.#client.tell([ask]).catch((): string[][] => []);
		const [cols = 0, rows = 0] = (lines?.[0] ?? '').split(' ').map(Number);
		const isOther = cols !== this.size.cols || rows !== this.size.rows;
		if (cols < 1 || rows < 1 || !isOther) return;
		this.size = { cols, rows };
		this.#onSize(this.size);
	}

	/** Reads to the end where its program is gone. */
	async #lookForEnd(): Promise<void> {
		const [lines = []] = await this.#client.tell([LIST_PANES]).catch((): string[][] => []);
		const own = lines.find((line) => line.startsWith(`1 ${this.#pane} `));
		if (own && !own.endsWith(' ')) this.#readToTheEnd();
	}

	/** What was printed last may be on its way: it is read, however slow those are who look. */
	#readToTheEnd(): void {
		if (this.#quiet) return;
		this.#quiet = setTimeout(() => this.#client.leave(), RUNNER_LIMITS.lastWordsMs);
		this.#client.resume();
	}

	#tellAndForget(command: string): void {
		// Where tmux is gone, so is the terminal, which is told in a moment.
		this.#client.tell([command]).catch(() => {});
	}

	/** The client is gone: because its program is, or because somebody at the computer has detached it. */
	async #closed(): Promise<void> {
		if (this.#hasLeft || !this.#pane || this.#isLookingAgain) return;
		const ended = await this.#lookForEndOrAgain();
		if (!ended) return;
		await this.#session.remove();
		this.#ended = ended;
		this.#onEnd(ended);
	}

	/** Asks until tmux says how its program is. @returns how it has ended; nothing where it goes on */
	async #lookForEndOrAgain(): Promise<Ended | undefined> {
		for (;;) {
			const ended = await this.#session.ended().catch(silence);
			if (this.#hasLeft) return undefined;
			if (typeof ended === 'object') return ended;
			// A session that somebody has removed hung up on its program.
			if (ended === undefined || this.#isHungUp) return { exitCode: 0, signal: SIGHUP };
			if (ended === 'running' && (await this.#lookAgain())) return undefined;
			// tmux may be out of reach for a while: what runs in it goes on.
			await wait(RUNNER_LIMITS.tmuxAgainMs, undefined, { ref: false });
		}
	}

	async #lookAgain(): Promise<boolean> {
		this.#isReading = false;
		this.#isLookingAgain = true;
		this.#client = this.#session.attach(this.#listener);
		try {
			await this.#client.attached;
			await this.#readScreen();
			for (const input of this.#untold.splice(0)) this.#give(input);
			return true;
		} catch (cause) {
			if (!(cause instanceof TmuxProblem)) throw cause;
			return false;
		} finally {
			this.#isLookingAgain = false;
		}
	}
}

/** Where tmux does not say how a program is, that says nothing about the program. */
function silence(cause: unknown): 'unknown' {
	if (!(cause instanceof TmuxProblem)) throw cause;
	return 'unknown';
}

/** The processes whose terminal that is; none where they cannot be listed. */
async function processesAt(tty: string): Promise<number[]> {
	const listed = await run('ps', ['-o', 'pid=', '-t', tty]).catch(() => undefined);
	return (listed?.stdout.split('\n') ?? []).map(Number).filter((pid) => pid > 1);
}

function kill(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It has ended, as it should.
	}
}
