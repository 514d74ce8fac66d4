import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { bytesOf } from '#protocol/bytes';
import { FRAME } from '#protocol/frames';
import type { GrantClaims } from '#protocol/grants';
import { WIRE } from '#protocol/limits';
import type { Close, Open, Opened, SessionItem, Size } from '#protocol/terminal';
import { Answering } from './answering.ts';
import type { KeptSession } from './gone-sessions.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { OutputRing } from './output-ring.ts';
import type { RunningProgram } from './running-program.ts';
import { Screen, type Snapshot } from './screen.ts';
import type { TmuxPane } from './tmux-pane.ts';
import { Viewer, type ViewerLine } from './viewer.ts';

/** How a terminal's program ended. */
export interface SessionEnded {
	exitCode: number;
	/** `SIGKILL`. */
	signalName?: string;
	atMs: number;
}

/** What a terminal is started with. */
export interface SessionStart {
	id: string;
	title: string;
	/** The idea that it is opened for: only told on. */
	ideaId?: string;
	/** The working folder. */
	folder: string;
	program: RunningProgram;
	size: Size;
	/** Where tmux keeps it: how, and what somebody at the computer types to get in as well. */
	tmux?: { pane: TmuxPane; attachCommand: string };
	/** Where it began in the time of an earlier runner. */
	startedAt?: string;
	/** Called once, when the program has ended. */
	onEnd: (session: Session) => void;
}

/**
 * One terminal: a program, what it has printed, and those who look at it. It lives until its program ends,
 * whoever comes and goes.
 */
export class Session {
	readonly id: string;
	/** Names this life: offsets of another one mean nothing. */
	readonly epoch: string = randomUUID();
	readonly folder: string;
	readonly startedAt: string;
	title: string;
	readonly ideaId: string | undefined;
	ended: SessionEnded | undefined;
	/** When something was last printed, typed or looked at. */
	activeAtMs = Date.now();
	readonly ring = new OutputRing(WIRE.ringBytes);

	readonly #program: RunningProgram;
	readonly #tmux: SessionStart['tmux'];
	readonly #screen: Screen;
	/** Absent where tmux answers what programs ask. */
	readonly #answering: Answering<Viewer> | undefined;
	readonly #viewers = new Set<Viewer>();
	/** The last input of each tab that was given to the program; the tab heard longest ago comes first. */
	readonly #inputs = new Map<string, number>();
	#size: Size;
	/** Somebody waits for a snapshot: the ring must not move on meanwhile. */
	#holds = 0;
	#announced = 0;
	#gathering: NodeJS.Timeout | undefined;
	#burst = { sinceMs: 0, offset: 0 };
	#ending: Promise<void> | undefined;
	#hasLeft = false;
	#wasSeen = false;

	constructor(start: SessionStart) {
		const { id, title, ideaId, folder, program, size, tmux, onEnd } = start;
		this.id = id;
		this.ideaId = ideaId;
		this.title = title;
		this.folder = folder;
		this.startedAt = start.startedAt ?? new Date().toISOString();
		this.#size = { cols: size.cols, rows: size.rows };
		const screen = new Screen(this.ring, this.#size, (asked) => this.#answering?.asked(asked));
		this.#screen = screen;
		const own = {
			get drawn() {
				return screen.drawn;
			},
			answer: (text: string) => this.#answer(text)
		};
		this.#answering = tmux ? undefined : new Answering(own);
		this.#program = program;
		this.#tmux = tmux;
		program.onOutput((output) => this.#printed(output));
		tmux?.pane.onSize((sized) => this.#sized(sized));
		program.onEnd(({ exitCode, signal }) => {
			this.ended = { exitCode, signalName: nameOfSignal(signal), atMs: Date.now() };
			this.#announce();
			onEnd(this);
		});
	}

	get viewers(): number {
		return this.#viewers.size;
	}

	get size(): Size {
		return this.#size;
	}

	/** As it stands in lists. */
	get item(): SessionItem {
		return {
			...this.#size,
			sessionId: this.id,
			title: this.title,
			ideaId: this.ideaId,
			folder: this.folder,
			startedAt: this.startedAt,
			viewers: this.#viewers.size,
			tmux: this.#tmux !== undefined,
			attachCommand: this.#tmux?.attachCommand
		};
	}

	/** What the runner after this one has to know of it. */
	get kept(): KeptSession {
		const { id: sessionId, title, folder, ideaId, startedAt } = this;
		const isEnding = this.isEnding || undefined;
		const tmuxName = this.#tmux?.pane.name;
		return { sessionId, title, folder, ideaId, startedAt, tmuxName, isEnding };
	}

	/** Whether it was asked to end. */
	get isEnding(): boolean {
		return this.#ending !== undefined;
	}

	/** Whether this runner has left it to the next one. */
	get hasLeft(): boolean {
		return this.#hasLeft;
	}

	/** Somebody comes, or comes back: it is told where output goes on, and gets it from there. */
	async attach(open: Open, line: ViewerLine, role: GrantClaims['role']): Promise<Viewer> {
		const { clientId, windowBytes } = open;
		const before = [...this.#viewers].filter((other) => other.clientId === clientId);
		for (const other of before) other.close({ kind: 'replaced' });
		const resume = this.#resumeFor(open);
		const snapshot = resume === 'snapshot' ? await this.snapshot() : undefined;
		const have = snapshot?.offset ?? open.have?.offset ?? 0;
		const offset = resume === 'fresh' ? 0 : have;
		const mayType = role === 'writer';
		const viewer = new Viewer(this, line, { clientId, windowBytes, mayType, offset });
		const replaced = before.at(-1);
		// It begins anew from a whole screen: what its earlier line has not drawn it will not answer.
		if (replaced && resume !== 'exact') this.#answering?.leave(replaced, [], this.ring.end);
		const opened: Opened = {
			...this.#size,
			...{ epoch: this.epoch, offset, resume },
			inputSequence: this.#inputs.get(clientId) ?? 0,
			folder: this.folder,
			title: this.title,
			attachCommand: this.#tmux?.attachCommand,
			answers: this.#answering?.join(viewer, replaced) ?? null
		};
		this.#viewers.add(viewer);
		this.activeAtMs = Date.now();
		viewer.say({ type: FRAME.OPENED, opened });
		if (snapshot) void viewer.draw(snapshot);
		viewer.wake();
		this.#pace();
		return viewer;
	}

	/** Somebody is gone. Nothing ends by it. */
	detach(viewer: Viewer): void {
		viewer.leave();
		this.#viewers.delete(viewer);
		this.#answering?.leave(viewer, this.#viewers, this.ring.end);
		this.activeAtMs = Date.now();
		this.#pace();
	}

	/** @returns false for an acknowledgement of what was never sent */
	acknowledge(viewer: Viewer, offset: number): boolean {
		if (!viewer.acknowledge(offset)) return false;
		viewer.wake();
		this.#pace();
		return true;
	}

	/** Gives each input to the program once. @returns false where one was left out before it, or too many wait */
	input(viewer: Viewer, sequence: number, bytes: Uint8Array): boolean {
		const { clientId } = viewer;
		const last = this.#inputs.get(clientId) ?? 0;
		if (sequence > last + 1) return false;
		const tell = () => viewer.tellGiven(sequence);
		if (sequence <= last) {
			tell();
			return true;
		}
		if (this.#program.waitingInputs >= RUNNER_LIMITS.inputsWaiting) return false;
		this.#answering?.typed(viewer, bytes, this.ring.end);
		this.#inputs.delete(clientId);
		this.#inputs.set(clientId, sequence);
		this.activeAtMs = Date.now();
		if (this.#inputs.size > RUNNER_LIMITS.clients) {
			const [oldest] = this.#inputs.keys();
			if (oldest !== undefined) this.#inputs.delete(oldest);
		}
		this.#program.write(bytes, tell);
		return true;
	}

	/** The last wish counts, and everybody is told. */
	resize({ cols, rows }: Size): void {
		if (cols === this.#size.cols && rows === this.#size.rows) return;
		this.#sized({ cols, rows });
		this.#program.resize(this.#size);
	}

	/** What the screen itself says to the program. One that asks without end and never reads gets no more. */
	#answer(text: string): void {
		if (this.ended || this.#program.waitingInputs >= RUNNER_LIMITS.inputsWaiting) return;
		this.#program.write(bytesOf(text), () => {});
	}

	#sized({ cols, rows }: Size): void {
		this.#size = { cols, rows };
		this.#screen.resize(this.#size);
		for (const viewer of this.#viewers) viewer.say({ type: FRAME.RESIZE, cols, rows });
	}

	async snapshot(): Promise<Snapshot> {
		this.#holds += 1;
		this.#pace();
		try {
			return await this.#screen.snapshot();
		} finally {
			this.#holds -= 1;
			this.#pace();
		}
	}

	/** Hangs up; a program that takes no notice is killed. Done when it has ended. */
	end(): Promise<void> {
		if (this.ended) return Promise.resolve();
		this.#ending ??= new Promise((resolve) => {
			const kill = setTimeout(() => this.#program.kill(), RUNNER_LIMITS.killMs);
			this.#program.onEnd(() => {
				clearTimeout(kill);
				resolve();
			});
			this.#program.hangUp();
		});
		return this.#ending;
	}

	/** Leaves its program to the runner that comes next. @returns false where nothing keeps it meanwhile */
	leave(): boolean {
		if (!this.#tmux) return false;
		this.#hasLeft = true;
		this.#tmux.pane.leave();
		return true;
	}

	/** Tells everybody, and lets them go. */
	closeAll(close: Close): void {
		for (const viewer of this.#viewers) viewer.close(close);
	}

	/** Lets its memory go. To be called after the program's end. */
	dispose(): void {
		clearTimeout(this.#gathering);
		this.#screen.dispose();
	}

	#resumeFor({ have }: Open): Opened['resume'] {
		// Whoever comes first gets all of it, also what was printed before anybody could come.
		const isFirst = !this.#wasSeen && have === null && this.ring.start === 0;
		this.#wasSeen = true;
		if (this.ring.end === 0 || isFirst) return 'fresh';
		const isHere =
			have?.epoch === this.epoch && have.offset >= this.ring.start && have.offset <= this.ring.end;
		return isHere ? 'exact' : 'snapshot';
	}

	#printed(output: Uint8Array): void {
		this.#screen.beforePush(output.length);
		this.ring.push(output);
		// Whoever waits for it comes first.
		this.#tell();
		this.#screen.afterPush();
		this.activeAtMs = Date.now();
		this.#pace();
	}

	/** An echo goes out at once; of a flood there is more in a moment. */
	#tell(): void {
		if (this.ring.end - this.#announced >= WIRE.quantumBytes) return this.#announce();
		if (this.#gathering) return;
		const nowMs = performance.now();
		if (nowMs - this.#burst.sinceMs > RUNNER_LIMITS.promptMs) {
			this.#burst = { sinceMs: nowMs, offset: this.#announced };
		}
		if (this.ring.end - this.#burst.offset < RUNNER_LIMITS.promptBytes) this.#announce();
		else this.#gathering = setTimeout(() => this.#announce(), RUNNER_LIMITS.gatherMs);
	}

	#announce(): void {
		clearTimeout(this.#gathering);
		this.#gathering = undefined;
		this.#announced = this.ring.end;
		for (const viewer of this.#viewers) viewer.wake();
	}

	/** Reads from the program as fast as the viewer that is furthest ahead draws. Nobody is no reason to wait. */
	#pace(): void {
		let ahead = -Infinity;
		let windowBytes: number = WIRE.windowBytes;
		for (const viewer of this.#viewers) {
			if (viewer.acknowledged <= ahead) continue;
			ahead = viewer.acknowledged;
			windowBytes = viewer.windowBytes;
		}
		const behind = this.#viewers.size === 0 ? 0 : this.ring.end - ahead;
		if (this.#holds > 0 || behind > 2 * windowBytes) this.#program.pause();
		else if (behind <= windowBytes) this.#program.resume();
	}
}

function nameOfSignal(number: number | undefined): string | undefined {
	if (number === undefined) return undefined;
	const entry = Object.entries(constants.signals).find(([, value]) => value === number);
	return entry?.[0] ?? String(number);
}
