import type { GrantClaims } from '#protocol/grants';
import type { Open, SessionItem } from '#protocol/terminal';
import { RUNNER_LIMITS } from './limits.ts';
import type { Program } from './pty.ts';
import { Refused } from './refused.ts';
import { Session, type SessionStart } from './session.ts';

/** What fits into a refusal. */
const REASON_CHARS = 200;

/** What a runner does about the terminals on its computer. */
export interface SessionRules {
	/** Whether terminals may be opened at all. */
	areOn: () => boolean;
	/** What runs in a new terminal. @throws Refused for a folder that is not allowed, or not there */
	programFor: (folder: string | undefined) => Promise<Program>;
	onStart: (session: Session) => void;
	onEnd: (session: Session) => void;
}

/** The terminals of this computer, by their id. */
export class Sessions {
	readonly #rules: SessionRules;
	readonly #sessions = new Map<string, Session>();
	/** Those being started: two tabs that open one terminal at once get the same. */
	readonly #starting = new Map<string, Promise<Session>>();

	constructor(rules: SessionRules) {
		this.#rules = rules;
	}

	/** Those whose program runs. */
	get running(): Session[] {
		return [...this.#sessions.values()].filter(({ ended }) => !ended);
	}

	get items(): SessionItem[] {
		return this.running.map(({ item }) => item);
	}

	/** The terminal of a grant: the one that there is, or a new one. @throws Refused */
	async open({ sessionId, role }: GrantClaims, open: Open): Promise<Session> {
		if (sessionId === undefined) throw new Refused('FORBIDDEN', 'That grant is for no terminal.');
		if (!this.#rules.areOn()) {
			throw new Refused('FORBIDDEN', 'Terminals are switched off on that computer.');
		}
		const known = this.#sessions.get(sessionId) ?? this.#starting.get(sessionId);
		if (known) return known;
		if (!open.start) throw new Refused('NOT_FOUND', 'That terminal has ended.');
		if (role !== 'writer') throw new Refused('FORBIDDEN', 'Whoever only looks starts nothing.');
		const started = this.#start(sessionId, open);
		this.#starting.set(sessionId, started);
		return started.finally(() => this.#starting.delete(sessionId));
	}

	/** @throws Refused where there is none */
	get(sessionId: string): Session {
		const session = this.#sessions.get(sessionId);
		if (!session || session.ended) throw new Refused('NOT_FOUND', 'That terminal has ended.');
		return session;
	}

	/** Ends those that nothing happened in for too long, and forgets those that ended a while ago. */
	tidy(nowMs: number = Date.now()): void {
		for (const session of this.#sessions.values()) {
			const { ended, activeAtMs, viewers } = session;
			if (ended && nowMs - ended.atMs > RUNNER_LIMITS.endedMs) this.#forget(session);
			const isIdle = viewers === 0 && nowMs - activeAtMs > RUNNER_LIMITS.idleMs;
			if (!ended && isIdle) void session.end();
		}
		const ended = [...this.#sessions.values()].filter((session) => session.ended);
		for (const session of ended.slice(0, -RUNNER_LIMITS.endedSessions)) this.#forget(session);
	}

	/** Ends all of them. Done when every program has ended. */
	async endAll(): Promise<void> {
		await Promise.all(this.running.map((session) => session.end()));
	}

	async #start(id: string, { start, cols, rows }: Open): Promise<Session> {
		if (this.running.length + this.#starting.size >= RUNNER_LIMITS.sessions) {
			const reason = `There are ${RUNNER_LIMITS.sessions} terminals on that computer: end one first.`;
			throw new Refused('TOO_MANY_REQUESTS', reason);
		}
		const program = await this.#rules.programFor(start?.folder);
		const session = begun({
			...{ id, program, size: { cols, rows } },
			title: start?.title ?? 'Terminal',
			onEnd: this.#rules.onEnd
		});
		this.#sessions.set(id, session);
		this.#rules.onStart(session);
		return session;
	}

	#forget(session: Session): void {
		this.#sessions.delete(session.id);
		session.dispose();
	}
}

/** @throws Refused where the system has no terminal to give: no process, no descriptor, no memory */
function begun(start: SessionStart): Session {
	try {
		return new Session(start);
	} catch (cause) {
		const why = cause instanceof Error ? cause.message : String(cause);
		const reason = `That computer cannot start a terminal now: ${why}`.slice(0, REASON_CHARS);
		throw new Refused('SERVICE_UNAVAILABLE', reason);
	}
}
