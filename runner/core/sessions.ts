import { setTimeout as wait } from 'node:timers/promises';
import type { GrantClaims } from '#protocol/grants';
import type { Open, Response, SessionItem, SilentSession } from '#protocol/terminal';
import { jsonBytes, LIST_BYTES, whatFits } from './answer-list.ts';
import { IdeaFolders } from './idea-folders.ts';
import { GoneSessions, type KeptSession, type KeptSessions } from './gone-sessions.ts';
import { LeftSessions } from './left-sessions.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { LEFT, type Permission } from './permission.ts';
import { Pty, type Program } from './pty.ts';
import { Refused } from './refused.ts';
import { Session, type SessionStart } from './session.ts';
import { Starting, type Beginning, type Waiting } from './starting.ts';
import type { Tmux } from './tmux.ts';
import type { TmuxPane } from './tmux-pane.ts';

/** What fits into a refusal. */
const REASON_CHARS = 200;

/** What a runner does about the terminals on its computer. */
export interface SessionRules {
	/** Whether terminals may be opened at all. */
	areOn: () => boolean;
	/** What runs in a new terminal. @throws Refused for a folder that is not allowed, or not there */
	programFor: (folder: string | undefined) => Promise<Program>;
	/** Where the person at the computer is asked before each new terminal. */
	permission?: Permission;
	/** Where terminals may be kept in tmux. */
	tmux?: Tmux;
	/** A terminal that nobody looks at and that nothing happens in is ended after so long; absent is never. */
	idleMs?: number;
	onStart: (session: Session) => void;
	onEnd: (session: Session) => void;
	/** What is to be kept for the next runner is not what it was. */
	onChange?: () => void;
	/** Told of a mistake in the runner, which keeps one terminal from being taken up. */
	onBug?: (cause: unknown) => void;
}

/** The lists of one answer. */
type Listed = Pick<
	Extract<Response, { ok: true }>,
	'sessions' | 'silent' | 'gone' | 'more' | 'unlisted'
>;

/** The terminals of this computer, by their id. */
export class Sessions {
	readonly gone = new GoneSessions();
	/** Where terminals of ideas begin. */
	readonly folders = new IdeaFolders();
	readonly #rules: SessionRules;
	readonly #sessions = new Map<string, Session>();
	/** Those being started: two tabs that open one terminal at once get the same. */
	readonly #starting = new Map<string, Starting>();
	readonly #left = new LeftSessions(
		(kept) => this.#takeUp(kept),
		(cause) => this.#rules.onBug?.(cause)
	);
	/** Those that were started, whether or not they still run: a page that did not hear of it asks again. */
	readonly #started = new Set<string>();
	#isStopping = false;

	constructor(rules: SessionRules) {
		this.#rules = rules;
	}

	/** Those whose program runs, and that this runner has not left. */
	get running(): Session[] {
		return [...this.#sessions.values()].filter(({ ended, hasLeft }) => !ended && !hasLeft);
	}

	get items(): SessionItem[] {
		return this.running.map(({ item }) => item);
	}

	/** Those that tmux has kept and does not answer for now. */
	get silent(): SilentSession[] {
		return this.#left.silent;
	}

	/** What is said of them in one answer: those that run go first, those that are gone come last, as far as they fit. */
	get listed(): Listed {
		const all = { running: this.items, silent: this.silent, gone: this.gone.items };
		const sessions = whatFits(all.running, LIST_BYTES);
		const silent = whatFits(all.silent, LIST_BYTES - jsonBytes(sessions));
		const gone = whatFits(all.gone, LIST_BYTES - jsonBytes(sessions) - jsonBytes(silent));
		const unlisted = {
			sessions: all.running.length + all.silent.length - sessions.length - silent.length,
			gone: all.gone.length - gone.length
		};
		const isWhole = unlisted.sessions + unlisted.gone === 0;
		return { sessions, silent, gone, ...(!isWhole && { more: true, unlisted }) };
	}

	/** What the runner after this one has to know. */
	get kept(): KeptSessions {
		const alive = [...this.#sessions.values()].filter(({ ended }) => !ended);
		const running = [...alive.map(({ kept }) => kept), ...this.#left.items];
		return { running, gone: this.gone.items, folders: this.folders.items };
	}

	/**
	 * The terminal of a grant: the one that there is, or a new one. Where all who may start a new one have left before
	 * it is settled that it is started, it is not, and whoever only looks is told.
	 *
	 * @throws Refused
	 */
	async open({ sessionId, role }: GrantClaims, open: Open, waiting: Waiting): Promise<Session> {
		if (sessionId === undefined) throw new Refused('FORBIDDEN', 'That grant is for no terminal.');
		if (!this.#rules.areOn()) {
			throw new Refused('FORBIDDEN', 'Terminals are switched off on that computer.');
		}
		const known = this.#sessions.get(sessionId);
		if (known) return known;
		const before = this.#starting.get(sessionId);
		const isStarting = before && !before.isUnwanted;
		if (!isStarting && (!open.start || this.#isKnown(sessionId))) {
			throw this.#refusalFor(sessionId);
		}
		if (!isStarting && role !== 'writer') {
			throw new Refused('FORBIDDEN', 'Whoever only looks starts nothing.');
		}
		if (isStarting) return before.join(waiting);
		const starting = new Starting((beginning) => this.#start(sessionId, open, beginning));
		this.#starting.set(sessionId, starting);
		const isOver = () => {
			if (this.#starting.get(sessionId) === starting) this.#starting.delete(sessionId);
		};
		starting.session.then(isOver, isOver);
		return starting.join(waiting);
	}

	/** @throws Refused where there is none */
	get(sessionId: string): Session {
		const session = this.#sessions.get(sessionId);
		if (!session || session.ended) throw this.#refusalFor(sessionId);
		return session;
	}

	/** Calls a terminal something else. @throws Refused */
	rename(sessionId: string, title: string): void {
		this.get(sessionId).title = title;
		this.#rules.onChange?.();
	}

	/** Ends one; one that tmux does not answer for is ended as soon as it does. @throws Refused */
	end(sessionId: string): void {
		if (!this.#left.has(sessionId)) return void this.get(sessionId).end();
		this.#left.end(sessionId);
		this.#rules.onChange?.();
	}

	/** Ends those that nothing happened in for too long, forgets those that ended a while ago, takes up what is left. */
	tidy(nowMs: number = Date.now()): void {
		const { idleMs = Infinity } = this.#rules;
		for (const session of this.#sessions.values()) {
			const { ended, activeAtMs, viewers, kept } = session;
			if (ended && nowMs - ended.atMs > RUNNER_LIMITS.endedMs) this.#forget(session);
			if (ended || session.isEnding || viewers > 0 || nowMs - activeAtMs <= idleMs) continue;
			this.gone.add(kept, 'idle');
			void session.end();
		}
		const ended = [...this.#sessions.values()].filter((session) => session.ended);
		for (const session of ended.slice(0, -RUNNER_LIMITS.endedSessions)) this.#forget(session);
		this.gone.tidy(nowMs);
		void this.#left.tryAll();
	}

	/** Takes up what the runner before this one had: what tmux has kept, and what is gone. */
	async takeUp({ running, gone, folders }: KeptSessions): Promise<void> {
		this.gone.restore(gone);
		this.folders.restore(folders);
		this.#left.add(running);
		await Promise.race([
			this.#left.tryAll(),
			wait(RUNNER_LIMITS.takeUpWaitMs, undefined, { ref: false })
		]);
		this.#rules.onChange?.();
	}

	/**
	 * The runner stops: what tmux keeps goes on, everything else ends, and nobody is asked any more. Done when every
	 * program has ended.
	 */
	async stop(): Promise<void> {
		for (const session of this.running) {
			if (!session.leave()) this.gone.add(session.kept, 'runner-stopped');
		}
		await this.endAll();
	}

	/** Ends all of them, also what tmux keeps. Done when every program has ended. */
	async endAll(): Promise<void> {
		this.#isStopping = true;
		this.#rules.permission?.stop();
		await Promise.all(this.running.map((session) => session.end()));
		this.#rules.onChange?.();
	}

	/**
	 * Ends all of them, also those that are only being started or taken up, and says of none that it was there. One that
	 * tmux does not answer for is kept as one to be ended.
	 */
	async forgetAll(): Promise<void> {
		const begun = [...this.#starting.values()].map(({ session }) =>
			session.then((late) => late.end())
		);
		// Those that are refused meanwhile have ended, too.
		const others = Promise.allSettled([this.#left.endAll(), ...begun]);
		await this.endAll();
		await Promise.race([others, wait(RUNNER_LIMITS.takeUpWaitMs, undefined, { ref: false })]);
		this.gone.clear();
		this.folders.clear();
		this.#rules.onChange?.();
	}

	async #start(id: string, { start, cols, rows }: Open, beginning: Beginning): Promise<Session> {
		if (this.running.length + this.#starting.size >= RUNNER_LIMITS.sessions) {
			const reason = `There are ${RUNNER_LIMITS.sessions} terminals on that computer: end one first.`;
			throw new Refused('TOO_MANY_REQUESTS', reason);
		}
		const { permission, tmux } = this.#rules;
		const { title = 'Terminal', ideaId, tmuxName } = start ?? {};
		const program = await this.#programFor(start ?? { tmux: false });
		if (start?.tmux) await (tmux ?? noTmux()).version();
		const { folder } = program;
		await permission?.get({ title, folder, atMs: Date.now() }, beginning);
		// Whoever comes back may have begun it anew meanwhile, under the same id.
		if (beginning.unwanted.aborted) throw new Refused('SERVICE_UNAVAILABLE', LEFT);
		if (this.#isStopping) throw new Refused('SERVICE_UNAVAILABLE', 'The runner stops.');
		beginning.onSettled();
		const size = { cols, rows };
		const begin = { id, title, ideaId, folder, size };
		if (!start?.tmux || !tmux) {
			const session = this.#begin({ ...begin, program: begun(() => new Pty(program, size)) });
			this.#noteFolder(start, folder);
			return session;
		}
		const name = await nameIn(tmux, tmuxName, id);
		const pane = await begunLater(tmux.start({ program, size, name }));
		const session = this.#begin({ ...begin, program: pane, tmux: this.#tmuxOf(pane, tmux) });
		if (this.#isStopping) void session.end();
		else this.#noteFolder(start, folder);
		return session;
	}

	/** Where a terminal of an idea has begun: chosen for it, or remembered before. */
	#noteFolder(
		{ ideaId, isChosen, ...start }: Open['start'] & object = { tmux: false },
		folder: string
	): void {
		if (!ideaId) return;
		if (isChosen) this.folders.choose(ideaId, start.folder && folder);
		else this.folders.used(ideaId, folder);
		this.#rules.onChange?.();
	}

	/** In the folder that was asked for, or that is remembered for its idea; else where the computer chooses. */
	async #programFor({ folder, ideaId, isChosen }: Open['start'] & object): Promise<Program> {
		const { programFor } = this.#rules;
		const isFree = folder === undefined && !isChosen;
		const remembered = isFree ? this.folders.of(ideaId) : undefined;
		if (remembered === undefined) return programFor(folder);
		try {
			return await programFor(remembered);
		} catch (cause) {
			// It is not there now, or allowed no longer. It may be again.
			if (!(cause instanceof Refused)) throw cause;
			return programFor(undefined);
		}
	}

	/** Whether it was there before: it is started once, however often that is wished for. */
	#isKnown(sessionId: string): boolean {
		const isOfBefore = this.#left.has(sessionId) || this.gone.has(sessionId);
		return isOfBefore || this.#started.has(sessionId);
	}

	#begin(start: Omit<SessionStart, 'onEnd'>): Session {
		const session = new Session({
			...start,
			onEnd: (ended) => {
				this.#rules.onEnd(ended);
				this.#rules.onChange?.();
			}
		});
		this.#sessions.set(session.id, session);
		this.#started.add(session.id);
		const [oldest] = this.#started;
		if (oldest !== undefined && this.#started.size > RUNNER_LIMITS.startedIds) {
			this.#started.delete(oldest);
		}
		this.#left.remove(session.id);
		this.gone.remove(session.id);
		this.#rules.onStart(session);
		this.#rules.onChange?.();
		return session;
	}

	async #takeUp(kept: KeptSession): Promise<void> {
		const { sessionId: id, title, ideaId, folder, startedAt, tmuxName } = kept;
		const { tmux } = this.#rules;
		const pane = tmuxName === undefined ? undefined : await tmux?.takeUp(tmuxName);
		// Somebody may have ended it meanwhile.
		const isEnding = this.#left.isEnding(id);
		if (this.#isStopping && !isEnding) return pane?.leave();
		if (!pane || !tmux) {
			this.#left.remove(id);
			if (!isEnding) this.gone.add(kept, 'runner-stopped');
			return this.#rules.onChange?.();
		}
		const { size } = pane;
		const session = this.#begin({
			...{ id, title, ideaId, folder, startedAt, size, program: pane },
			tmux: this.#tmuxOf(pane, tmux)
		});
		if (!isEnding) return;
		const ended = session.end();
		if (this.#isStopping) await ended;
	}

	#refusalFor(sessionId: string): Refused {
		if (!this.#left.has(sessionId)) return this.gone.refusalFor(sessionId);
		const reason =
			'That terminal is kept in tmux, which does not answer on that computer now. Try again.';
		return new Refused('SERVICE_UNAVAILABLE', reason);
	}

	#tmuxOf(pane: TmuxPane, tmux: Tmux): SessionStart['tmux'] {
		return { pane, attachCommand: tmux.attachCommand(pane.name) };
	}

	#forget(session: Session): void {
		this.#sessions.delete(session.id);
		session.dispose();
	}
}

/** @throws Refused */
function noTmux(): never {
	throw new Refused('PRECONDITION_FAILED', 'That computer keeps no terminals in tmux.', 'no-tmux');
}

/** A name that no other session has. */
async function nameIn(tmux: Tmux, wanted: string | undefined, id: string): Promise<string> {
	const own = id.slice(-8);
	if (wanted === undefined) return `coda-${own}`;
	return (await tmux.has(wanted)) ? `${wanted}-${own}` : wanted;
}

/** @throws Refused where the system has no terminal to give: no process, no descriptor, no memory */
function begun<Running>(begin: () => Running): Running {
	try {
		return begin();
	} catch (cause) {
		throw refusalFor(cause);
	}
}

const begunLater = <Running>(beginning: Promise<Running>): Promise<Running> =>
	beginning.catch((cause: unknown) => {
		throw refusalFor(cause);
	});

function refusalFor(cause: unknown): Refused {
	const why = cause instanceof Error ? cause.message : String(cause);
	const reason = `That computer cannot start a terminal now: ${why}`.slice(0, REASON_CHARS);
	return new Refused('SERVICE_UNAVAILABLE', reason);
}
