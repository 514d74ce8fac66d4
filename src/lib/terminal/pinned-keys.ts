import { keep, readKept } from '$lib/storage';

/*
 * The key of each computer, as this browser has seen it: kept for each person, and wiped when they sign out like
 * everything else of theirs. Without room to keep it the words are asked for each time.
 */

/** Whose computer. */
export interface Pinned {
	who: string;
	runnerId: string;
}

const entryOf = ({ who, runnerId }: Pinned) => ({ key: 'coda-runner-key', who, id: runnerId });

const isKey = (value: unknown): value is string =>
	typeof value === 'string' && /^[\w-]{87}$/.test(value);

/** The key that was pinned, base64url; nothing where none was. */
export const pinnedKey = (of: Pinned): string | undefined => readKept(entryOf(of), isKey);

/** Pins a key in the place of any other. */
export const pinKey = (of: Pinned, publicKey: string): boolean => keep(entryOf(of), publicKey);
