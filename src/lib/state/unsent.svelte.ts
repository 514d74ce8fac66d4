import { v4 as uuid } from 'uuid';
import { joinNotes, type Captured } from '$lib/capture';
import { callFailure, type CallFailure } from '$lib/errors';
import { isRecord, keep, readKept } from '$lib/storage';
import { trpc } from '$lib/trpc';

/** A new idea that the server has not confirmed. Its key makes sure that it arrives once. */
export interface Unsent extends Captured {
	clientKey: string;
	typedAt: number;
	/** Why it is still here; nothing while it is being sent. */
	problem?: string;
	/** Whether the server would refuse it again as it is. */
	refused?: boolean;
}

type Created = Awaited<ReturnType<typeof trpc.ideas.create.mutate>>;

const KEY = 'coda-unsent';
const OFFLINE = 'Couldn’t save: you’re offline. It will be sent when you’re back.';
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

/**
 * New ideas on their way, sent one after the other so that their order stays. What could not be sent
 * is kept in the browser and goes out when the network is back.
 */
export class UnsentIdeas {
	items = $state.raw<Unsent[]>([]);
	#who: string;
	#sending = false;
	#retry?: ReturnType<typeof setTimeout>;
	#attempts = 0;
	#confirmed: (unsent: Unsent, created: Created) => void;
	/** Hears of an idea that the server will not take as it is. */
	onrefused?: (unsent: Unsent, failure: CallFailure) => void;

	constructor(who: string, confirmed: (unsent: Unsent, created: Created) => void) {
		this.#who = who;
		this.#confirmed = confirmed;
	}

	/** Takes up what an earlier page could not send. */
	open(): void {
		const kept = readKept({ key: KEY, who: this.#who }, areUnsent) ?? [];
		const known = new Set(this.items.map(({ clientKey }) => clientKey));
		this.items = [...this.items, ...kept.filter(({ clientKey }) => !known.has(clientKey))];
		void this.send();
	}

	/** Stops trying; what is left stays kept. */
	close(): void {
		clearTimeout(this.#retry);
	}

	/** Adds ideas, the first on top, and sends them. */
	add(captured: Captured[], moreNotes = ''): Unsent[] {
		const typedAt = Date.now();
		const added = captured.map((idea, place) => ({
			...idea,
			notes: joinNotes(idea.notes, moreNotes),
			clientKey: uuid(),
			typedAt: typedAt - place
		}));
		this.#set([...this.items, ...added.toReversed()]);
		void this.send();
		return added;
	}

	/** Takes one back. */
	remove(clientKey: string): void {
		this.#set(this.items.filter((item) => item.clientKey !== clientKey));
	}

	/** Sends what waits; `clientKey` also one that was refused. */
	async send(clientKey?: string): Promise<void> {
		if (clientKey) this.#change(clientKey, { problem: undefined, refused: undefined });
		if (this.#sending) return;
		this.#sending = true;
		clearTimeout(this.#retry);
		try {
			for (;;) {
				const next = this.items.find((item) => !item.refused);
				if (!next || !(await this.#sendOne(next))) break;
			}
		} finally {
			this.#sending = false;
		}
	}

	async #sendOne(unsent: Unsent): Promise<boolean> {
		const { clientKey, title, notes, star, linkUrl } = unsent;
		try {
			const created = await trpc.ideas.create.mutate({ clientKey, title, notes, star, linkUrl });
			this.#attempts = 0;
			this.#confirmed(unsent, created);
			this.remove(clientKey);
			return true;
		} catch (cause) {
			const failure = callFailure(cause);
			if (!failure.retryable) {
				this.#change(clientKey, { problem: `Couldn’t save. ${failure.message}`, refused: true });
				this.onrefused?.(unsent, failure);
				return true;
			}
			// All that is behind it waits, too.
			const problem = failure.code ? `Couldn’t save yet. ${failure.message}` : OFFLINE;
			this.#set(this.items.map((item) => (item.refused ? item : { ...item, problem })));
			const backOff = BACK_OFF_MS[Math.min(this.#attempts++, BACK_OFF_MS.length - 1)] ?? 0;
			const waitMs = Math.max(
				backOff * (0.75 + Math.random() / 2),
				1_000 * (failure.retryAfterSeconds ?? 0)
			);
			this.#retry = setTimeout(() => void this.send(), waitMs);
			return false;
		}
	}

	#change(clientKey: string, changes: Partial<Unsent>) {
		this.#set(
			this.items.map((item) => (item.clientKey === clientKey ? { ...item, ...changes } : item))
		);
	}

	#set(items: Unsent[]) {
		this.items = items;
		keep({ key: KEY, who: this.#who }, items.length > 0 ? items : undefined);
	}
}

function areUnsent(value: unknown): value is Unsent[] {
	const isOne = (one: unknown) =>
		isRecord(one) &&
		['clientKey', 'title', 'notes', 'star'].every((name) => typeof one[name] === 'string') &&
		typeof one.typedAt === 'number' &&
		(one.linkUrl === null || typeof one.linkUrl === 'string');
	return Array.isArray(value) && value.every(isOne);
}
