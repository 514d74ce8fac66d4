import { v4 as uuid } from 'uuid';
import { joinNotes, type Captured } from '$lib/capture';
import { callFailure, ERROR_STATUS, type CallFailure } from '$lib/errors';
import { isMaintenance } from '$lib/messages';
import { isRecord, keep, readAllKept } from '$lib/storage';
import { trpc } from '$lib/trpc';

/** A new idea that the server has not confirmed. Its key makes sure that it arrives once. */
export interface Unsent extends Captured {
	clientKey: string;
	typedAt: number;
	/** Why it is still here; nothing while it is being sent. */
	problem?: string;
	/** Whether the server would refuse it again as it is. */
	refused?: boolean;
	/** Whether it waits for the person to sign in again. */
	signedOut?: boolean;
}

type Created = Awaited<ReturnType<typeof trpc.ideas.create.mutate>>;

const KEY = 'coda-unsent';
const OFFLINE = 'Couldn’t save: you’re offline. It will be sent when you’re back.';
const SIGNED_OUT = 'Not saved yet. Sign in again to send it.';
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

/** So often an idea may break the server before it counts as refused. */
const BREAKS = 5;

/**
 * New ideas on their way, sent one after the other so that their order stays. What could not be sent
 * is kept in the browser, each by itself, and goes out when the network is back.
 */
export class UnsentIdeas {
	items = $state.raw<Unsent[]>([]);
	#who: string;
	#sending = false;
	#closed = false;
	#retry?: ReturnType<typeof setTimeout>;
	#attempts = 0;
	#breaks = new Map<string, number>();
	#confirmed: (unsent: Unsent, created: Created) => void;
	/** Hears of an idea that the server will not take as it is. */
	onrefused?: (unsent: Unsent, failure: CallFailure) => void;

	constructor(who: string, confirmed: (unsent: Unsent, created: Created) => void) {
		this.#who = who;
		this.#confirmed = confirmed;
	}

	/** Takes up what an earlier page could not send. */
	open(): void {
		this.#closed = false;
		const known = new Set(this.items.map(({ clientKey }) => clientKey));
		const kept = readAllKept({ key: KEY, who: this.#who }, isUnsent)
			.filter(({ clientKey }) => !known.has(clientKey))
			.map((item) => (item.refused ? item : unhindered(item)));
		this.items = [...this.items, ...kept].sort((a, b) => a.typedAt - b.typedAt);
		void this.send();
	}

	/** Stops sending; what is left stays kept. */
	close(): void {
		this.#closed = true;
		clearTimeout(this.#retry);
	}

	/** Whether anything waits for the person to sign in again. */
	get isSignedOut(): boolean {
		return this.items.some(({ signedOut }) => signedOut);
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
		this.#breaks.delete(clientKey);
		this.#set(this.items.filter((item) => item.clientKey !== clientKey));
	}

	/** Sends what waits; `clientKey` also one that was refused. */
	async send(clientKey?: string): Promise<void> {
		if (clientKey) {
			this.#breaks.delete(clientKey);
			this.#change(clientKey, { problem: undefined, refused: undefined, signedOut: undefined });
		}
		if (this.#sending) return;
		this.#sending = true;
		clearTimeout(this.#retry);
		try {
			while (!this.#closed) {
				const next = this.items.find((item) => !item.refused);
				if (!next || !(await this.#sendOne(next))) break;
			}
		} finally {
			this.#sending = false;
		}
	}

	/** @returns whether to go on with the next one */
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
			if (this.#closed) return false;
			if (failure.code === 'UNAUTHORIZED') {
				this.#hinder({ problem: SIGNED_OUT, signedOut: true });
				return false;
			}
			if (this.#isRefusal(clientKey, failure)) {
				this.#change(clientKey, { problem: `Couldn’t save. ${failure.message}`, refused: true });
				this.onrefused?.(unsent, failure);
				return true;
			}
			this.#hinder({
				problem: hindrance(failure),
				signedOut: undefined
			});
			const backOff = BACK_OFF_MS[Math.min(this.#attempts++, BACK_OFF_MS.length - 1)] ?? 0;
			const waitMs = Math.max(
				backOff * (0.75 + Math.random() / 2),
				1_000 * (failure.retryAfterSeconds ?? 0)
			);
			this.#retry = setTimeout(() => void this.send(), waitMs);
			return false;
		}
	}

	/** Whether the idea is at fault: the server says so, or it has broken the server time and again. */
	#isRefusal(clientKey: string, { code, retryable }: CallFailure): boolean {
		if (retryable || !code) return false;
		if (ERROR_STATUS[code] < 499) return true;
		const breaks = (this.#breaks.get(clientKey) ?? 0) + 1;
		this.#breaks.set(clientKey, breaks);
		return breaks > BREAKS;
	}

	/** One that cannot be sent holds up all that are behind it. */
	#hinder(changes: Pick<Unsent, 'problem' | 'signedOut'>) {
		this.#set(this.items.map((item) => (item.refused ? item : { ...item, ...changes })));
	}

	#change(clientKey: string, changes: Partial<Unsent>) {
		this.#set(
			this.items.map((item) => (item.clientKey === clientKey ? { ...item, ...changes } : item))
		);
	}

	/** Each is kept under its own key, so that another tab's are never touched. */
	#set(items: Unsent[]) {
		const before = new Set(this.items);
		const left = new Set(items.map(({ clientKey }) => clientKey));
		for (const { clientKey } of before) {
			if (!left.has(clientKey)) keep({ key: KEY, who: this.#who, id: clientKey }, undefined);
		}
		for (const item of items) {
			if (!before.has(item)) keep({ key: KEY, who: this.#who, id: item.clientKey }, item);
		}
		this.items = items;
	}
}

/** Why an idea waits, where it is not the idea's fault. */
function hindrance({ code, reason, message }: CallFailure): string {
	if (!code) return OFFLINE;
	return isMaintenance(reason) ? `Kept here. ${message}` : `Couldn’t save yet. ${message}`;
}

const unhindered = (item: Unsent): Unsent => ({
	...item,
	problem: undefined,
	signedOut: undefined
});

function isUnsent(value: unknown): value is Unsent {
	return (
		isRecord(value) &&
		['clientKey', 'title', 'notes', 'star'].every((name) => typeof value[name] === 'string') &&
		typeof value.typedAt === 'number' &&
		(value.linkUrl === null || typeof value.linkUrl === 'string')
	);
}
