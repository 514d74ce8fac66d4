/*
 * What this browser keeps for the person between page loads. The person is part of every key, so that
 * nobody finds or loses another's text; sign-out wipes their entries. Storage may be blocked or full:
 * then nothing is kept, and nothing breaks.
 */

/** `local` outlives the tab, `session` does not. */
export type Area = 'local' | 'session';

interface Entry {
	area?: Area;
	key: string;
	/** The id of the person whose it is. */
	who: string;
	/** Which one, where there are several. */
	id?: string;
}

/** Entries that hold text which the server may not have. */
const UNSAVED = ['coda-unsent', 'coda-unsent-feature', 'coda-idea', 'coda-feature', 'coda-draft'];

/** What was kept, if it still has the right shape. */
export function readKept<T>(entry: Entry, isRight: (value: unknown) => value is T): T | undefined {
	try {
		const kept: unknown = JSON.parse(storage(entry.area).getItem(nameOf(entry)) ?? 'null');
		return isRight(kept) ? kept : undefined;
	} catch {
		// Blocked storage, or not ours: there is nothing.
		return undefined;
	}
}

/** Everything of one kind that was kept for the person, with its ids. */
export function readAllKept<T>(
	entry: Omit<Entry, 'id'>,
	isRight: (value: unknown) => value is T
): { id: string; kept: T }[] {
	try {
		const prefix = nameOf({ ...entry, id: '' });
		return Object.keys(storage(entry.area))
			.filter((name) => name.startsWith(prefix))
			.map((name) => name.slice(prefix.length))
			.map((id) => ({ id, kept: readKept({ ...entry, id }, isRight) }))
			.filter((one): one is { id: string; kept: T } => one.kept !== undefined);
	} catch {
		// Blocked: nothing is there.
		return [];
	}
}

/** Keeps a value; `undefined` forgets it. @returns whether it is kept */
export function keep(entry: Entry, value: unknown): boolean {
	try {
		if (value === undefined) storage(entry.area).removeItem(nameOf(entry));
		else storage(entry.area).setItem(nameOf(entry), JSON.stringify(value));
		return true;
	} catch {
		// Blocked or full: the page goes on without.
		return value === undefined;
	}
}

/** Forgets everything that belongs to this person. */
export function wipeKept(who: string): void {
	for (const area of ['local', 'session'] as const) {
		try {
			const kept = storage(area);
			for (const name of Object.keys(kept)) {
				if (name.startsWith('coda-') && name.split(':')[1] === who) kept.removeItem(name);
			}
		} catch {
			// Blocked: nothing is there.
		}
	}
}

/** Whether text of this person is only in this browser. */
export function hasUnsavedText(who: string): boolean {
	try {
		return Object.keys(localStorage).some((name) => {
			const [kind = '', whose] = name.split(':');
			return whose === who && UNSAVED.includes(kind);
		});
	} catch {
		// Blocked: nothing is there.
		return false;
	}
}

/** A value that has properties to look at. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;

const nameOf = ({ key, who, id }: Entry): string =>
	[key, who, id].filter((part) => part !== undefined).join(':');

const storage = (area: Area = 'local'): Storage =>
	area === 'local' ? localStorage : sessionStorage;
