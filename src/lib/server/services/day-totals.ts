import { ADVISORY_LOCKS } from '../advisory-locks';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { maintenanceNow } from '../maintenance';
import { RETENTION } from '../retention';
import { UNHURRIED, type Work } from './batches';
import { countedDays, dayAfter, isInPart, type CountedDays } from './days';
import { countViewsOf } from './view-totals';
import { countVitalsOf } from './vital-totals';

/*
 * Single views and measurements go after their time; what stays of a day are its totals. Days are those of
 * UTC. That a day was counted, the total of all its views says, also where there were none.
 */

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
	await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.countingDays}::bigint)`;
	await countViewsOf(tx, day);
	await countVitalsOf(tx, day);
}

/** What was counted of a day that goes on is shown for so long; then it is counted again for whoever looks. */
const SHOWN_MS = 5 * 60_000;

let counting: Promise<unknown> | undefined;

/**
 * Counts today for whoever looks, after they have their answer, where there is much of it: what was counted is shown
 * meanwhile. The same goes for a day that was counted while it went on, and is over. Most installations never come here.
 */
export function countTodaySoon(counted: CountedDays): void {
	const { last, countedAt, today, now, isMuch } = counted;
	const isOld = last === today && now.valueOf() - (countedAt?.valueOf() ?? 0) > SHOWN_MS;
	const isWanted = isMuch || isOld;
	if (counting || maintenanceNow().mode === 'read-only') return;
	if (!isWanted && !isInPart(counted)) return;
	const work = isWanted ? countToday(today) : rollUpDays(UNHURRIED);
	const ended = (counting = work.finally(() => (counting = undefined)));
	defer('count-today', () => ended);
}

/** Another process may have counted it meanwhile. */
async function countToday(wanted: string): Promise<void> {
	await rollUpDays(UNHURRIED);
	await db.$transaction(async (tx) => {
		await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.countingDays}::bigint)`;
		const { last, countedAt, today, now, isMuch } = await countedDays();
		// After midnight the day before comes first.
		if (today !== wanted) return;
		const isFresh = last === today && now.valueOf() - (countedAt?.valueOf() ?? 0) <= SHOWN_MS;
		if (isMuch || !isFresh) await countDay(tx, today);
	});
}
