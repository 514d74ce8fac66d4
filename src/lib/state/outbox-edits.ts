import { callFailure } from '$lib/errors';
import { colliding, differing, merged, sinceSent, type Texts } from '$lib/texts';
import type { WaitingEdit } from '$lib/waiting';
import { FEATURE, IDEA, type Editable, type Versioned } from './editable';
import type { Delivery } from './outbox-deliver';

const CHANGED = 'This was changed somewhere else, too. Open it and choose which text stays.';
const UNREADABLE = 'This was kept by another version of Coda. Copy what you need of it.';

/**
 * Saves what an editor that is closed has left. The version says whether somebody was there in between: then
 * the changes are laid over theirs, and where they collide nothing is saved and the person chooses. A save
 * whose answer was lost is seen in the text, which is already as it was meant to be.
 */
export async function deliverEdit(entry: WaitingEdit): Promise<Delivery> {
	if (entry.of === 'idea') return deliverAs(IDEA, entry, (idea) => ({ idea }));
	return deliverAs(FEATURE, entry, (feature) => ({ feature }));
}

async function deliverAs<Thing extends Versioned, Fields>(
	kind: Editable<Thing, Fields>,
	{ id, version, base, mine, sent }: WaitingEdit,
	delivered: (thing: Thing) => Delivery
): Promise<Delivery> {
	if (!kind.areFields(base) || !kind.areFields(mine)) {
		return { trouble: { is: 'refused', message: UNREADABLE } };
	}
	try {
		return delivered(await kind.send({ id, version }, changes(kind, kind.textsOf(base), mine)));
	} catch (cause) {
		if (callFailure(cause).code !== 'CONFLICT') throw cause;
	}
	const present = await kind.get(id);
	const theirs = kind.textsOf(kind.fieldsOf(present));
	const before = [...(sent ?? []), mine].filter((text) => kind.areFields(text));
	const edits = {
		base: before.reduce(
			(began, text) => sinceSent({ base: began, mine: kind.textsOf(text), theirs }),
			kind.textsOf(base)
		),
		mine: kind.textsOf(mine),
		theirs
	};
	if (colliding(edits).length > 0) {
		return { trouble: { is: 'conflict', message: CHANGED } };
	}
	const both = kind.fieldsFrom(merged(edits));
	const left = changes(kind, theirs, both);
	if (Object.keys(left).length === 0) return delivered(present);
	return delivered(await kind.send(present, left));
}

/** The fields that are not as they were. */
function changes<Thing extends Versioned, Fields>(
	kind: Editable<Thing, Fields>,
	before: Texts,
	now: Fields
): Partial<Fields> {
	const names = differing(before, kind.textsOf(now)).map((name) => kind.fieldOf(name));
	return Object.fromEntries(names.map((name) => [name, now[name]])) as Partial<Fields>;
}
