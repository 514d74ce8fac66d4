import { count } from './time';
import type { Hindrance, Waiting } from './waiting';

/** What is known of the way to the server. */
export interface SyncFacts {
	isOnline: boolean;
	items: readonly Waiting[];
	hindrance?: Hindrance;
	/** So many changes the browser would not keep. */
	unkept: number;
}

/** How the way to the server stands: in a word, and in a sentence that says what to do. */
export interface SyncState {
	is: 'saved' | 'saving' | 'waiting' | 'offline' | 'signedOut' | 'outdated' | 'failed' | 'unkept';
	word: string;
	sentence: string;
}

/** Of several things the one that the person has to know first. */
export function syncState({ isOnline, items, hindrance, unkept }: SyncFacts): SyncState {
	const waiting = items.filter(({ trouble }) => !trouble).length;
	const failed = items.length - waiting;
	const wait = waiting === 1 ? '1 change waits' : `${waiting} changes wait`;
	if (unkept > 0 && (hindrance || !isOnline)) {
		const are = unkept === 1 ? 'is' : 'are';
		return {
			is: 'unkept',
			word: 'Not kept',
			sentence: `This browser’s storage is full or blocked: ${count(unkept, 'change')} ${are} only in this page. Leave it open until you are back.`
		};
	}
	if (failed > 0) {
		const sentence = `${count(failed, 'change')} could not be saved. Your text is kept: look at it here.`;
		return { is: 'failed', word: 'Not saved', sentence };
	}
	if (hindrance?.is === 'signedOut') {
		return { is: 'signedOut', word: 'Signed out', sentence: `${wait}. Sign in again to save.` };
	}
	if (hindrance?.is === 'outdated') {
		return { is: 'outdated', word: 'Reload', sentence: `${wait}. ${hindrance.message}` };
	}
	if (!isOnline || hindrance?.is === 'offline') {
		const kept = waiting > 0 ? `${wait} and will be saved` : 'What you write is kept and saved';
		const sentence = `You are offline, or Coda cannot be reached. ${kept} when you are back.`;
		return { is: 'offline', word: 'Offline', sentence };
	}
	if (hindrance && waiting > 0) {
		return { is: 'waiting', word: `${waiting} wait`, sentence: `${wait}. ${hindrance.message}` };
	}
	if (waiting > 0)
		return { is: 'saving', word: 'Saving', sentence: `Saving ${count(waiting, 'change')}.` };
	return { is: 'saved', word: 'Saved', sentence: 'Everything is saved.' };
}
