import type { SilentSession } from '#protocol/terminal';
import type { KeptSession } from './gone-sessions.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { TmuxProblem } from './tmux-client.ts';

/**
 * The terminals of an earlier runner that are not taken up yet, or of which tmux does not say whether they are there.
 * One that does not answer keeps no other one waiting.
 */
export class LeftSessions {
	readonly #left = new Map<string, KeptSession>();
	readonly #tried = new Set<string>();
	readonly #takeUp: (kept: KeptSession) => Promise<void>;

	/** @param takeUp takes one up, or finds that it is gone. @throws TmuxProblem where tmux does not say */
	constructor(takeUp: (kept: KeptSession) => Promise<void>) {
		this.#takeUp = takeUp;
	}

	get items(): KeptSession[] {
		return [...this.#left.values()];
	}

	/** Those that tmux does not answer for, as they stand in lists. */
	get silent(): SilentSession[] {
		return this.items
			.filter(({ tmuxName }) => tmuxName !== undefined)
			.map(({ tmuxName: _tmuxName, ...shown }) => shown);
	}

	has(sessionId: string): boolean {
		return this.#left.has(sessionId);
	}

	add(all: readonly KeptSession[]): void {
		for (const kept of all) this.#left.set(kept.sessionId, kept);
	}

	remove(sessionId: string): void {
		this.#left.delete(sessionId);
	}

	clear(): void {
		this.#left.clear();
	}

	isEnding(sessionId: string): boolean {
		return this.#left.get(sessionId)?.isEnding ?? false;
	}

	/** It is to be ended as soon as tmux answers. */
	end(sessionId: string): void {
		const kept = this.#left.get(sessionId);
		if (kept) this.#left.set(sessionId, { ...kept, isEnding: true });
	}

	/** Tries all that are not being tried, several at once. Done when tmux has answered, or has had its time. */
	async tryAll(): Promise<void> {
		const turns = this.items.filter(({ sessionId }) => !this.#tried.has(sessionId));
		for (const { sessionId } of turns) this.#tried.add(sessionId);
		const work = async () => {
			for (let next = turns.shift(); next; next = turns.shift()) await this.#try(next.sessionId);
		};
		await Promise.all(Array.from({ length: RUNNER_LIMITS.takeUpsAtOnce }, work));
	}

	async #try(sessionId: string): Promise<void> {
		try {
			const kept = this.#left.get(sessionId);
			if (kept) await this.#takeUp(kept);
		} catch (cause) {
			// It stays where it is, and is tried again.
			if (!(cause instanceof TmuxProblem)) throw cause;
		} finally {
			this.#tried.delete(sessionId);
		}
	}
}
