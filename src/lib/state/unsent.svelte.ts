import { v4 as uuid } from 'uuid';
import { joinNotes, type Captured } from '$lib/capture';
import type { CallFailure } from '$lib/errors';
import type { Waiting, WaitingIdea } from '$lib/waiting';
import type { Delivery } from './outbox-deliver';
import { outbox, type Outbox } from './outbox.svelte';

/** A new idea that the server has not confirmed, as a line of the board. */
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

type Created = NonNullable<Delivery['idea']>;

/** The new ideas in the outbox. */
export class UnsentIdeas {
	items = $derived.by(() => this.#outbox.items.filter(isIdea).map((entry) => this.#lineOf(entry)));
	/** Hears of an idea of this page that the server will not take as it is. */
	onrefused?: (unsent: Unsent, failure: CallFailure) => void;

	#outbox: Outbox;
	#confirmed: (clientKey: string, created: Created) => void;
	#own = new Set<string>();

	/** @param confirmed hears of each new idea of this person, whichever tab has sent it */
	constructor(confirmed: (clientKey: string, created: Created) => void, of = outbox) {
		this.#outbox = of;
		this.#confirmed = confirmed;
	}

	/** Follows what becomes of them. @returns stops that */
	open(): () => void {
		return this.#outbox.follow((news) => {
			if (!isIdea(news.entry)) return;
			const { key } = news.entry;
			if (news.is === 'refused') {
				if (this.#own.has(key)) this.onrefused?.(this.#lineOf(news.entry), news.failure);
			} else if (news.delivery.idea) {
				this.#confirmed(key, news.delivery.idea);
			}
		});
	}

	/** Adds ideas, the first on top, and sends them. */
	add(captured: Captured[], moreNotes = ''): Unsent[] {
		const added = captured.map((idea): WaitingIdea => {
			const { title, notes, star, linkUrl } = idea;
			const own = { title, notes: joinNotes(notes, moreNotes), star, linkUrl };
			return { kind: 'idea', key: uuid(), at: 0, idea: own };
		});
		for (const entry of added.toReversed()) {
			entry.at = this.#outbox.nextPlace;
			this.#own.add(entry.key);
			this.#outbox.put(entry);
		}
		void this.#outbox.send();
		return added.map((entry) => this.#lineOf(entry));
	}

	/** Takes one back. */
	remove(clientKey: string): void {
		this.#outbox.remove(clientKey);
	}

	/** Sends what waits; `clientKey` also one that was refused. */
	async send(clientKey?: string): Promise<void> {
		await this.#outbox.send(clientKey);
	}

	#lineOf({ key, at, idea, trouble }: WaitingIdea): Unsent {
		const { hindrance } = this.#outbox;
		const problem = trouble ? `Couldn’t save. ${trouble.message}` : hindrance?.message;
		const isSignedOut = !trouble && hindrance?.is === 'signedOut';
		const state = { problem, refused: Boolean(trouble), signedOut: isSignedOut };
		return { ...idea, clientKey: key, typedAt: at, ...state };
	}
}

const isIdea = (entry: Waiting): entry is WaitingIdea => entry.kind === 'idea';
