import { THRESHOLDS } from '$lib/thresholds';
import { count } from '$lib/time';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import type { Reading } from './alert-rules';
import { errorShare, quantilesOf, since, sums, sumsOfLast, type RequestSums } from './request-sums';
import { readServiceLevels } from './service-levels';

/* What rules read of the totals of requests, which are a few seconds behind. */

const MINUTES = 5;

const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** The share of answers that are errors of ours. A few of a handful are chance. */
export async function readErrors(): Promise<Reading[]> {
	const found = await sumsOfLast(MINUTES);
	const share = errorShare(found);
	const isEnough = found.errors >= THRESHOLDS.leastErrors;
	return [
		{
			isBad: isEnough && share > THRESHOLDS.errorShare,
			severity: share > THRESHOLDS.graveErrorShare ? 1 : 3,
			says:
				found.requests === 0
					? 'nobody asked'
					: `${percent(share)} of ${count(found.requests, 'answer')}`
		}
	];
}

/** How long pages and calls of the API take at 95 %, in milliseconds, where enough were asked for. */
export async function readSlowness(): Promise<Reading[]> {
	const rows = await db.$queryRaw<(RequestSums & { source: string })[]>`
		SELECT t.source, ${sums} FROM request_totals AS t
		WHERE ${since(Prisma.sql`date_trunc('minute', now()) - make_interval(mins => ${MINUTES}::int)`)}
			AND t.source IN ('page', 'call')
		GROUP BY t.source ORDER BY t.source`;
	return rows.map(({ source, ...row }) => {
		const { p95Ms } = quantilesOf(row);
		const limitMs = source === 'page' ? THRESHOLDS.slowPageMs : THRESHOLDS.slowCallMs;
		return {
			subject: source === 'page' ? 'pages' : 'calls',
			isBad: row.requests >= THRESHOLDS.leastRequests && (p95Ms ?? 0) > limitMs,
			says: p95Ms === null ? 'nothing was asked' : `95 % within ${Math.round(p95Ms)} ms`
		};
	});
}

/** Whether the budget of a service level burns too fast. */
export async function readLevels(): Promise<Reading[]> {
	const levels = await readServiceLevels();
	return levels.map(({ name, alarm, budgetLeft, burn }) => ({
		subject: name,
		isBad: alarm !== null,
		severity: alarm === 'page' ? 2 : 3,
		says: `${percent(Math.max(0, budgetLeft))} of the month’s budget left, burning ${burn['1 h'].toFixed(1)} × in an hour`
	}));
}
