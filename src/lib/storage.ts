/*
 * What this browser keeps for the person between page loads. Everything is tagged with the person,
 * so that nobody finds another's text, and is wiped at sign-out. Storage may be blocked or full:
 * then nothing is kept, and nothing breaks.
 */

const PREFIX = 'coda-';
const KEPT_AT_SIGN_OUT = new Set(['coda-theme', 'coda-keys']);

/** `local` outlives the tab, `session` does not. */
export type Area = 'local' | 'session';

interface Entry {
	area?: Area;
	key: string;
	/** Whose it is. */
	who: string;
}

/** What was kept, if it is this person's and still has the right shape. */
export function readKept<T>(
	{ area = 'local', key, who }: Entry,
	isRight: (value: unknown) => value is T
): T | undefined {
	try {
		const kept: unknown = JSON.parse(storage(area).getItem(key) ?? 'null');
		if (!isRecord(kept) || kept.who !== who || !isRight(kept.value)) return undefined;
		return kept.value;
	} catch {
		// Blocked storage, or not ours: there is nothing.
		return undefined;
	}
}

/** Keeps a value; `undefined` forgets it. */
export function keep({ area = 'local', key, who }: Entry, value: unknown): void {
	try {
		if (value === undefined) storage(area).removeItem(key);
		else storage(area).setItem(key, JSON.stringify({ who, value }));
	} catch {
		// Blocked or full: the page goes on without.
	}
}

/** Forgets everything that belongs to the person. */
export function wipeKept(): void {
	for (const area of ['local', 'session'] as const) {
		try {
			const kept = storage(area);
			for (const key of Object.keys(kept)) {
				if (key.startsWith(PREFIX) && !KEPT_AT_SIGN_OUT.has(key)) kept.removeItem(key);
			}
		} catch {
			// Blocked: nothing is there.
		}
	}
}

/** Whether text of this person is only in this browser. */
export function hasUnsavedText(): boolean {
	try {
		return Object.keys(localStorage).some((key) => /^coda-(unsent$|idea:)/.test(key));
	} catch {
		// Blocked: nothing is there.
		return false;
	}
}

/** A value that has properties to look at. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;

const storage = (area: Area): Storage => (area === 'local' ? localStorage : sessionStorage);
