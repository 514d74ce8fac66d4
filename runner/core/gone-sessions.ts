import * as z from 'zod';
import { GoneSession, SessionItem } from '#protocol/terminal';
import { IdeaFolder } from './idea-folders.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { Refused } from './refused.ts';

/** A running terminal, as it is kept for the runner that comes after this one. */
export const KeptSession = SessionItem.pick({
	sessionId: true,
	title: true,
	folder: true,
	ideaId: true
}).extend({
	startedAt: z.iso.datetime(),
	/** What tmux calls it; absent for one that ends with the runner. */
	tmuxName: z.string().optional(),
	/** Somebody has ended it while tmux did not answer: it is ended when it does. */
	isEnding: z.boolean().optional()
});
export type KeptSession = z.infer<typeof KeptSession>;

/** What one life of a runner leaves to the next. */
export const KeptSessions = z.object({
	running: z.array(KeptSession),
	gone: z.array(GoneSession),
	/** Where terminals of ideas begin. */
	folders: z.array(IdeaFolder).default([])
});
export type KeptSessions = z.infer<typeof KeptSessions>;

/** Why a terminal is gone. */
export type GoneWhy = 'runner-stopped' | 'idle';

const REASONS: Record<string, string> = {
	'runner-stopped': 'That terminal ended when the runner stopped.',
	idle: 'That terminal was ended: nobody looked at it, and nothing happened in it for long.'
};

/** The terminals that are gone without anybody having ended them: whoever comes back to one is told why. */
export class GoneSessions {
	readonly #gone = new Map<string, GoneSession>();

	/** The latest first. */
	get items(): GoneSession[] {
		return [...this.#gone.values()].reverse();
	}

	/** Takes up what an earlier runner has left. */
	restore(items: readonly GoneSession[]): void {
		for (const item of items.toReversed()) this.#gone.set(item.sessionId, item);
	}

	add({ sessionId, title, folder, ideaId, startedAt }: KeptSession, why: GoneWhy): void {
		const endedAt = new Date().toISOString();
		this.#gone.delete(sessionId);
		this.#gone.set(sessionId, { sessionId, title, folder, ideaId, startedAt, endedAt, why });
		const [oldest] = this.#gone.keys();
		if (oldest !== undefined && this.#gone.size > RUNNER_LIMITS.gone) this.#gone.delete(oldest);
	}

	has(sessionId: string): boolean {
		return this.#gone.has(sessionId);
	}

	/** It is there again. */
	remove(sessionId: string): void {
		this.#gone.delete(sessionId);
	}

	clear(): void {
		this.#gone.clear();
	}

	/** Forgets those that have been gone for long. */
	tidy(nowMs: number): void {
		for (const { sessionId, endedAt } of this.#gone.values()) {
			if (nowMs - Date.parse(endedAt) > RUNNER_LIMITS.goneMs) this.#gone.delete(sessionId);
		}
	}

	/** What is said to whoever wants a terminal that is not there. */
	refusalFor(sessionId: string): Refused {
		const why = this.#gone.get(sessionId)?.why;
		const reason = (why && REASONS[why]) ?? 'That terminal has ended.';
		return new Refused('NOT_FOUND', reason, why as GoneWhy | undefined);
	}
}
