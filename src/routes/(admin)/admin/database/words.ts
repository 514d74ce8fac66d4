import { THRESHOLDS } from '$lib/thresholds';
import { count } from '$lib/time';
import type { PageData } from './$types';

type Storage = NonNullable<PageData['storage']>;

/** What the page gets of each kind. */
export type Connections = PageData['activity']['connections'];
export type Pool = PageData['activity']['pool'];
export type Busy = PageData['activity']['busy'][number];
export type Figures = Storage['figures'];
export type Table = Storage['tables'][number];
export type Index = Storage['indexes'][number];
export type Growth = Storage['growth'];
export type Statements = NonNullable<PageData['statements']>;

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
const DAY_MS = 86_400_000;

/** A size in few characters: `812 B`, `4.2 MB`, `1,204 GB`. */
export function bytesInWords(bytes: number): string {
	const size = Math.abs(bytes);
	const power = size < 1 ? 0 : Math.min(Math.floor(Math.log2(size) / 10), UNITS.length - 1);
	const value = bytes / 1024 ** power;
	const digits = power > 0 && Math.abs(value) < 10 ? 1 : 0;
	return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${UNITS[power] ?? ''}`;
}

/** A difference in size: `+4.2 MB`, `−12 kB`. */
export const changeInWords = (bytes: number): string =>
	bytes === 0 ? 'no change' : `${bytes > 0 ? '+' : '−'}${bytesInWords(Math.abs(bytes))}`;

/** How long a statement took: `0.8 ms`, `45 ms`, `1.3 s`. */
export function durationInWords(ms: number): string {
	if (ms >= 60_000) return `${Math.round(ms / 60_000).toLocaleString('en')} min`;
	if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
	return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`;
}

/** How long something goes on already: `6 s`, `12 min`, `3 h`. */
export function lastingInWords(seconds: number): string {
	if (seconds < 60) return `${Math.floor(seconds)} s`;
	if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
	return `${Math.floor(seconds / 3_600)} h`;
}

/** A share as a whole percentage; what is nearly all is not called all. */
export const percentInWords = (share: number): string =>
	share > 0.99 && share < 1
		? `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`
		: `${Math.round(share * 100)} %`;

/** A table or an index with its schema, where that is not the usual one. */
export const nameOf = ({ schema, name }: { schema: string; name: string }): string =>
	schema === 'public' ? name : `${schema}.${name}`;

/** How many processes can have all the connections that they may open. */
export function processesThatFit(
	{ available, reserved, ownLimit }: Connections,
	pool: Pool
): number {
	const free = Math.min(available - reserved, ownLimit ?? Infinity);
	return Math.max(0, Math.floor(free / pool.perProcess));
}

/** By how much the database has grown since a week ago, or since it was first measured after that. */
export function growthInAWeek({ days }: Growth, bytes: number, now: Date) {
	const weekAgo = now.valueOf() - 8 * DAY_MS;
	const first = days.find(({ day }) => Date.parse(day) >= weekAgo);
	const today = now.toISOString().slice(0, 10);
	if (!first || first.day === today) return undefined;
	const since = Math.round((Date.parse(today) - Date.parse(first.day)) / DAY_MS);
	return { bytes: bytes - first.bytes, days: since };
}

/** From how many rows on reading all of them is worth a thought. */
const MANY_ROWS = 10_000;
const OFTEN = 50;

/** Whether a table is read as a whole so often that an index may be missing. */
export const isReadWhole = ({ rows, fullReads, fullReadRows, indexReads }: Table): boolean =>
	rows >= MANY_ROWS &&
	fullReads >= OFTEN &&
	fullReadRows / fullReads >= MANY_ROWS / 2 &&
	fullReads * 10 > indexReads;

/** Whether so many rows of a table are dead that tidying has not kept up. */
export const isUntidy = ({ rows, deadRows }: Table): boolean =>
	deadRows >= MANY_ROWS && deadRows > (rows + deadRows) * 0.2;

/** What an index that nobody reads has to take before it is worth removing. */
const WORTH_BYTES = 1024 ** 2;

/** What is to be said against an index. */
export function remarkOn(
	index: Index
): { tone: 'warning' | 'danger' | 'quiet'; label: string } | undefined {
	if (index.isInvalid) return { tone: 'danger', label: 'Could not be built' };
	if (index.coveredBy) return { tone: 'warning', label: `As good: ${index.coveredBy}` };
	if (index.scans > 0) return undefined;
	return index.isUnique
		? { tone: 'quiet', label: 'Keeps it unique' }
		: { tone: (index.bytes ?? 0) < WORTH_BYTES ? 'quiet' : 'warning', label: 'Never read' };
}

/** Figures that count for less than this say little. */
const JUDGED_AFTER_MS = 7 * DAY_MS;

/** Whether the server has counted for so short that what was not used may be used yet. */
export const isTooEarly = ({ statsSince, startedAt }: Figures, now: Date): boolean =>
	now.valueOf() - (statsSince ?? startedAt).valueOf() < JUDGED_AFTER_MS;

/** At this age the server stops to take changes. */
export const LAST_TRANSACTION = 2_147_483_648;

/** What asks for somebody, in a sentence each. */
export function attentionIn({
	activity,
	storage
}: Pick<PageData, 'activity' | 'storage'>): { tone: 'warning' | 'danger'; text: string }[] {
	const { connections, busy } = activity;
	const found: { tone: 'warning' | 'danger'; text: string }[] = [];
	const waiting = busy.filter(({ blockedBy }) => blockedBy.length > 0).length;
	const usable = Math.min(
		connections.available - connections.reserved,
		connections.ownLimit ?? Infinity
	);
	if (connections.taken > usable * THRESHOLDS.connectionsUsedShare) {
		const text = `${connections.taken} of ${usable} connections are in use. When none is left, pages answer that the database cannot be reached.`;
		found.push({ tone: 'danger', text });
	}
	if (waiting > 0) {
		const text = `${count(waiting, 'connection')} ${waiting === 1 ? 'waits' : 'wait'} for another to end something. Whoever holds them up stands first.`;
		found.push({ tone: 'warning', text });
	}
	if (storage && storage.figures.ageTransactions > LAST_TRANSACTION / 2) {
		const text =
			'Half of all transaction numbers are used up without the old ones being freed. Find what keeps the server from tidying, before it takes no more changes.';
		found.push({ tone: 'danger', text });
	}
	return found;
}
