import { ERROR_STATUS } from '#protocol/errors';
import type { Captured } from './capture';
import type { CallFailure } from './errors';
import { isMaintenance } from './page-messages';
import type { CreateFeature } from './schemas/features';
import { isRecord } from './storage';

/*
 * What a person did that the server has not confirmed, and the rules by which it is sent. None of this
 * touches the browser: the outbox keeps and sends, here stands what and when.
 */

/** Why one thing is not sent again as it is: the person has to look at it. */
export interface Trouble {
	is: 'refused' | 'conflict';
	message: string;
}

interface Entry {
	/** Under what it is kept. Of something new it makes sure that it arrives once. */
	key: string;
	/** When it was typed: later than all that waited then, whatever the clock says. */
	at: number;
	trouble?: Trouble;
}

/** A new idea. */
export interface WaitingIdea extends Entry {
	kind: 'idea';
	idea: Captured;
}

/** A new feature of an idea that the server has. */
export interface WaitingFeature extends Entry {
	kind: 'feature';
	feature: Omit<CreateFeature, 'clientKey'>;
}

/** A changed text, with the one that it began with. */
export interface WaitingEdit extends Entry {
	kind: 'edit';
	of: 'idea' | 'feature';
	id: string;
	/** The page that shows it. */
	href: string;
	title: string;
	version: number;
	base: unknown;
	mine: unknown;
	/** Texts that were sent, when nobody knows whether they have arrived. */
	sent?: unknown[];
}

/** Something that waits to be sent. */
export type Waiting = WaitingIdea | WaitingFeature | WaitingEdit;

/** What holds up everything, and is nobody's fault. */
export interface Hindrance {
	is: 'offline' | 'signedOut' | 'outdated' | 'server';
	message: string;
	/** At least so long the server wants to be left alone. */
	waitMs: number;
}

/** So often one thing may break the server before it counts as refused. */
const BREAKS = 5;

const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

/** In the order in which they were typed. */
export const inOrder = (entries: Iterable<Waiting>): Waiting[] =>
	[...entries].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));

/** The place behind everything that waits, also when the clock has been set back. */
export const placeBehind = (entries: readonly Waiting[], now = Date.now()): number =>
	entries.reduce((latest, { at }) => Math.max(latest, at + 1), now);

/** The next to send. @param held keys of edits whose editor is open: it sends them itself */
export const nextOf = (
	entries: readonly Waiting[],
	held: ReadonlySet<string>
): Waiting | undefined => entries.find(({ key, trouble }) => !trouble && !held.has(key));

/** How long to wait before trying again: longer each time, and never all tabs at once. */
export function backOffMs(attempt: number, random = Math.random()): number {
	const base = BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length - 1)] ?? 0;
	return base * (0.75 + random / 2);
}

/** Whether this one thing is at fault: the server says so, or it has broken the server time and again. */
export function isAtFault({ code, retryable }: CallFailure, breaks = 0): boolean {
	if (retryable || !code) return false;
	return ERROR_STATUS[code] < 499 || breaks > BREAKS;
}

/** Whether a failure may come from what was sent, so that it counts against it. */
export const isBreak = ({ code, retryable }: CallFailure): boolean =>
	!retryable && code !== undefined && ERROR_STATUS[code] >= 499;

/** Why nothing can be sent now. */
export function hindranceOf({
	code,
	reason,
	message,
	retryAfterSeconds = 0
}: CallFailure): Hindrance {
	const waitMs = 1_000 * retryAfterSeconds;
	if (!code) {
		const offline = 'Couldn’t save: you’re offline. It will be sent when you’re back.';
		return { is: 'offline', message: offline, waitMs };
	}
	if (code === 'UNAUTHORIZED') {
		return { is: 'signedOut', message: 'Not saved yet. Sign in again to send it.', waitMs };
	}
	const says = isMaintenance(reason) ? 'Kept here.' : 'Couldn’t save yet.';
	return { is: 'server', message: `${says} ${message}`, waitMs };
}

/**
 * Remembers a text that is sent. Of many without an answer one has arrived at the most, as all name the same
 * version: it is among the first, before the network went away, or among the last.
 */
export function withSent<Text>(sent: readonly Text[], text: Text): Text[] {
	if (JSON.stringify(sent.at(-1)) === JSON.stringify(text)) return [...sent];
	return [...sent.slice(0, 2), ...sent.slice(2).slice(-2), text];
}

/** How lists name it. */
export function titleOf(entry: Waiting): string {
	if (entry.kind === 'idea') return entry.idea.title;
	return entry.kind === 'feature' ? entry.feature.title : entry.title;
}

/** All that was written, for the clipboard. */
export function textOf(entry: Waiting): string {
	if (entry.kind === 'edit') return stringsIn(entry.mine).join('\n\n');
	return stringsIn(entry.kind === 'idea' ? entry.idea : entry.feature).join('\n\n');
}

function stringsIn(value: unknown): string[] {
	if (typeof value === 'string') return value.trim() === '' ? [] : [value];
	if (Array.isArray(value)) return value.flatMap(stringsIn);
	if (!isRecord(value)) return [];
	return ['title', 'notes', 'linkUrl', 'linkLabel', 'label', 'body', 'sections'].flatMap((name) =>
		stringsIn(value[name])
	);
}

/** Whether a value that was kept, perhaps by another version, is something that can be sent. */
export function isWaiting(value: unknown): value is Waiting {
	if (!isRecord(value) || typeof value.key !== 'string' || typeof value.at !== 'number') {
		return false;
	}
	if (value.kind === 'idea') return isCaptured(value.idea);
	if (value.kind === 'feature') {
		return isRecord(value.feature) && areStrings(value.feature, ['ideaId', 'title']);
	}
	return (
		value.kind === 'edit' &&
		(value.of === 'idea' || value.of === 'feature') &&
		areStrings(value, ['id', 'href', 'title']) &&
		typeof value.version === 'number' &&
		isRecord(value.base) &&
		isRecord(value.mine)
	);
}

/** Whether a value is what a line says about a new idea. */
export const isCaptured = (value: unknown): value is Captured =>
	isRecord(value) &&
	areStrings(value, ['title', 'notes', 'star']) &&
	(value.linkUrl === null || typeof value.linkUrl === 'string');

const areStrings = (value: Record<string, unknown>, names: string[]): boolean =>
	names.every((name) => typeof value[name] === 'string');
