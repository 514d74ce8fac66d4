import { v4 as uuid } from 'uuid';
import { withSent, type Trouble, type WaitingEdit } from '$lib/waiting';
import { heldEdits, holdEdit, takeEdit } from './outbox-neighbours';
import { outbox as shared } from './outbox.svelte';

/** What is written on: which kind, which one, and the page that shows it. */
export type Edited = Pick<WaitingEdit, 'of' | 'id' | 'href'>;

/** Text that is not saved, with what it began with. */
export type KeptText = Pick<WaitingEdit, 'title' | 'version' | 'base' | 'mine' | 'sent'>;

/** The same, of which the fields are known. */
type ReadableText<Fields> = Omit<KeptText, 'base' | 'mine'> & { base: Fields; mine: Fields };

/**
 * What one editor has not saved, in the outbox. While the editor is open it sends for itself; once it is
 * closed, or its tab is gone, the outbox sends what is left. Two tabs that write on one thing keep each
 * their own.
 */
export class KeptEdit {
	#edited: Edited;
	#outbox: typeof shared;
	#key?: string;
	#free?: () => void;
	/** Gives free the name under which it was taken up: until then no other tab takes it up, too. */
	#before?: () => void;

	constructor(edited: Edited, outbox = shared) {
		this.#edited = edited;
		this.#outbox = outbox;
	}

	/** Takes over what an earlier page could not save. What this release cannot read is left where it is. */
	take<Fields>(
		areFields: (value: unknown) => value is Fields
	): Promise<ReadableText<Fields> | undefined> {
		return this.#outbox.take(() => this.#takeLeft(areFields));
	}

	async #takeLeft<Fields>(
		areFields: (value: unknown) => value is Fields
	): Promise<ReadableText<Fields> | undefined> {
		const held = await heldEdits();
		const { of, id } = this.#edited;
		const left = this.#outbox.items.find(
			(entry): entry is WaitingEdit =>
				entry.kind === 'edit' &&
				entry.of === of &&
				entry.id === id &&
				!held.has(entry.key) &&
				areFields(entry.mine) &&
				areFields(entry.base)
		);
		if (!left || this.#key) return undefined;
		const { mine, base } = left;
		if (!areFields(mine) || !areFields(base)) return undefined;
		const free = await takeEdit(left.key);
		if (!free || this.#key) {
			free?.();
			return undefined;
		}
		// Under a name of its own, so that a tab which sends it in this moment does not take it away; and what that
		// tab sends is known.
		const sent = withSent(left.sent ?? [], mine);
		this.#hold(this.#newKey());
		this.#before = free;
		this.#outbox.put({ ...left, key: this.#key ?? '', sent });
		this.#outbox.remove(left.key);
		return { ...left, mine, base, sent };
	}

	/** Keeps the text as it is now. */
	keep({ title, version, base, mine, sent }: KeptText): void {
		if (!this.#free) this.#hold(this.#key ?? this.#newKey());
		const before = this.#outbox.items.find((one) => one.key === this.#key);
		const isSame = before?.kind === 'edit' && isEqual(before.mine, mine);
		const at = isSame ? before.at : this.#outbox.nextPlace;
		const entry = { kind: 'edit', key: this.#key ?? '', at, ...this.#edited } as const;
		this.#outbox.put({ ...entry, title, version, base, mine, sent });
	}

	/** Says why it stays as it is until the person does something. */
	stick(trouble: Trouble): void {
		const entry = this.#outbox.items.find(({ key }) => key === this.#key);
		if (entry) this.#outbox.put({ ...entry, trouble });
	}

	/** Nothing is left to save. */
	forget(): void {
		if (this.#key) this.#outbox.remove(this.#key);
	}

	/** Leaves what is not saved to the outbox. */
	close(): void {
		this.#free?.();
		this.#before?.();
		this.#free = this.#before = undefined;
		void this.#outbox.send();
	}

	#newKey = () => `${this.#edited.id} ${uuid()}`;

	#hold(key: string) {
		this.#key = key;
		this.#free = holdEdit(key);
	}
}

const isEqual = (one: unknown, other: unknown): boolean =>
	JSON.stringify(one) === JSON.stringify(other);
