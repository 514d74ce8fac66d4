import { db, type Transaction } from '../db';
import { RETENTION } from '../retention';
import type { Work } from './batches';
import { countedDays, dayAfter } from './days';
import { countViewsOf } from './view-totals';
import { countVitalsOf } from './vital-totals';

/*
 * Single views and measurements go after their time; what stays of a day are its totals. Days are those of
 * UTC. That a day was counted, the total of all its views says, also where there were none.
 */

/** Whoever holds this advisory lock counts days together; the number is nobody else's. */
const COUNTING = 2_026_112_601;

/**
 * Counts together each day that is over and was not counted yet. The last one that was is counted again, for
 * what came late. A day is replaced as a whole, so that any number of runs come to the same.
 */
export async function rollUpDays(work: Work): Promise<{ days: number; more: boolean }> {
	const { last, today, oldest } = await countedDays();
	// Of an older one the first views may be gone by now: what was counted holds.
	const isWhole = last !== null && last > dayAfter(today, -RETENTION.pageViewDays);
	let day = last === null ? (oldest ?? dayAfter(today, -1)) : isWhole ? last : dayAfter(last);
	let days = 0;
	for (; day < today; day = dayAfter(day)) {
		if (!work.hasTime()) return { days, more: true };
		await db.$transaction((tx) => countDay(tx, day));
		days += 1;
	}
	return { days, more: false };
}

async function countDay(tx: Transaction, day: string): Promise<void> {
	await tx.$executeRaw`SELECT pg_advisory_xact_lock(${COUNTING}::bigint)`;
	await countViewsOf(tx, day);
	await countVitalsOf(tx, day);
}
