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
	/** Those that are being tried. */
	readonly #tried = new Map<string, Promise<void>>();
	readonly #takeUp: (kept: KeptSession) => Promise<void>;
	readonly #onBug: (cause: unknown) => void;

	/**
	 * @param takeUp takes one up, or finds that it is gone. @throws TmuxProblem where tmux does not say
	 * @param onBug told of any other fault, which keeps no other one waiting either
	 */
	constructor(takeUp: (kept: KeptSession) => Promise<void>, onBug: (cause: unknown) => void) {
		this.#takeUp = takeUp;
		this.#onBug = onBug;
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

	isEnding(sessionId: string): boolean {
		return this.#left.get(sessionId)?.isEnding ?? false;
	}

	/** It is to be ended as soon as tmux answers. */
	end(sessionId: string): void {
		const kept = this.#left.get(sessionId);
		if (kept) this.#left.set(sessionId, { ...kept, isEnding: true });
	}

	/** The same for all. Done when each was tried, also those whose turn was before this. */
	async endAll(): Promise<void> {
		for (const sessionId of this.#left.keys()) this.end(sessionId);
		await Promise.all(this.#tried.values());
		await this.tryAll();
	}

	/**
	 * Tries all that are not being tried, several at once, and those of which tmux need not be asked first. Done when tmux
	 * has answered, or has had its time.
	 */
	async tryAll(): Promise<void> {
		const all = this.items.filter(({ sessionId }) => !this.#tried.has(sessionId));
		const atOnce = all.filter(({ tmuxName }) => tmuxName === undefined);
		const turns = all.filter(({ tmuxName }) => tmuxName !== undefined);
		const work = async () => {
			for (let next = turns.shift(); next; next = turns.shift())
				await this.#tryOnce(next.sessionId);
		};
		await Promise.all([
			...atOnce.map(({ sessionId }) => this.#tryOnce(sessionId)),
			...Array.from({ length: RUNNER_LIMITS.takeUpsAtOnce }, work)
		]);
	}

	#tryOnce(sessionId: string): Promise<void> {
		const before = this.#tried.get(sessionId);
		if (before) return before;
		const trying = this.#try(sessionId).finally(() => this.#tried.delete(sessionId));
		this.#tried.set(sessionId, trying);
		return trying;
	}

	async #try(sessionId: string): Promise<void> {
		try {
			const kept = this.#left.get(sessionId);
			if (kept) await this.#takeUp(kept);
		} catch (cause) {
			// It stays where it is, and is tried again.
			if (!(cause instanceof TmuxProblem)) this.#onBug(cause);
		}
	}
}
