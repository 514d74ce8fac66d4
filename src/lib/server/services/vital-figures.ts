import type { VitalsFilter } from '$lib/schemas/analytics';
import { DEVICE_KINDS } from '$lib/user-agent';
import {
	distributionOf,
	MOST_BUCKETS,
	VITAL_NAMES,
	type BucketCount,
	type Distribution,
	type VitalName
} from '$lib/vitals';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import { analyticsAreOn } from '../switches';
import type { PersonalActor } from './actor';
import { countingOf, type Counting } from './analytics';
import { countTodaySoon } from './day-totals';
import { countedDays, dayAfter, daysOf, eachDay, type DayRange } from './days';
import { newestLabRuns, type LabFigures } from './lab-runs';
import { vitalsByBucket } from './vital-totals';

/** What page loads come to, by what was measured; absent where nothing was. */
export type Distributions = Partial<Record<VitalName, Distribution>>;

/** How fast pages were over some days, as browsers measured it. */
export interface VitalFigures extends Counting {
	range: DayRange;
	/** The present day, in UTC. */
	today: string;
	all: Distributions;
	days: { day: string; vitals: Distributions }[];
	/** The most loaded ones first. */
	routes: { name: string; vitals: Distributions }[];
	devices: { name: string; vitals: Distributions }[];
	/** The newest of each form. */
	lab: LabFigures[];
	isOn: boolean;
}

interface BucketRow {
	/** What the row is about: `all`, or one of the others by its name. */
	of: 'all' | 'day' | 'route' | 'device';
	name: string;
	metric: VitalName;
	/** The buckets that anything fell into; none where `loads` has every bucket, the first one first. */
	buckets: number[] | null;
	/** How many loads fell into each. */
	loads: number[];
}

/** Reads how fast pages were: all, by day, by route and by device, in one statement, and what the laboratory said. */
export async function getVitals(
	admin: PersonalActor,
	{ route, device, ...given }: VitalsFilter
): Promise<VitalFigures> {
	const counted = await countedDays();
	countTodaySoon(counted);
	const { today, isMuch } = counted;
	const range = daysOf(given, today);
	// What is too much to be counted now is shown once it was.
	const last = isMuch ? range.to : counted.last;
	const [rows, lab] = await Promise.all([
		readBuckets(range, last, { route, device }),
		newestLabRuns(admin)
	]);
	const byDay = new Map(namedIn(rows, 'day').map(({ name, vitals }) => [name, vitals]));
	return {
		...{ range, today, lab },
		all: namedIn(rows, 'all')[0]?.vitals ?? {},
		days: eachDay(range).map((day) => ({ day, vitals: byDay.get(day) ?? {} })),
		routes: namedIn(rows, 'route'),
		devices: namedIn(rows, 'device'),
		isOn: analyticsAreOn(),
		...countingOf(counted)
	};
}

/** The loads of many histograms, bucket by bucket. Numbers of 32 bits are added in 64, which Postgres does fastest. */
const sums = Prisma.sql`ARRAY[${Prisma.join(
	Array.from({ length: MOST_BUCKETS }, (_, n) => Prisma.sql`sum(loads[${Prisma.raw(`${n + 1}`)}])`)
)}]::float8[]`;

/**
 * Reads what was counted together from histograms, which are cheap to add, and the days that go on from single loads: a
 * name and measure with both has two rows.
 */
function readBuckets(
	{ from, to }: DayRange,
	last: string | null,
	{ route, device }: Pick<VitalsFilter, 'route' | 'device'>
) {
	const firstOpen = last === null || last < from ? from : dayAfter(last);
	// As arrays: a row for each bucket would take longer to read than to count.
	const openOf = (of: string, name: Prisma.Sql, condition: Prisma.Sql) => Prisma.sql`
		UNION ALL SELECT ${of} AS of, name, metric, array_agg(bucket) AS buckets, array_agg(loads) AS loads
		FROM (
			SELECT ${name} AS name, metric, bucket, sum(loads)::float8 AS loads
			FROM open WHERE ${condition} GROUP BY 1, metric, bucket
		) AS counted GROUP BY name, metric`;
	const named = (of: string, name: Prisma.Sql, condition: Prisma.Sql) => Prisma.sql`
		SELECT ${of} AS of, ${name} AS name, metric, NULL::int[] AS buckets, ${sums} AS loads
		FROM vital_histograms
		WHERE day BETWEEN ${from}::date AND ${to}::date AND ${condition}
		GROUP BY 2, metric
		${firstOpen <= to ? openOf(of, name, condition) : Prisma.empty}`;
	// Empty stands for all: what is asked for is one line of the totals, and its names those beside it.
	const asked = Prisma.sql`device = ${device} AND route = ${route}`;
	const routes = Prisma.sql`device = ${device} AND route <> '' AND ${route} IN ('', route)`;
	const devices = Prisma.sql`device = ANY(${DEVICE_KINDS}) AND ${device} IN ('', device) AND route = ${route}`;
	return db.$queryRaw<BucketRow[]>`
		WITH open AS (${vitalsByBucket(firstOpen, dayAfter(to))})
		${named('all', Prisma.sql`''`, asked)}
		UNION ALL ${named('day', Prisma.sql`to_char(day, 'YYYY-MM-DD')`, asked)}
		UNION ALL ${named('route', Prisma.sql`route`, routes)}
		UNION ALL ${named('device', Prisma.sql`device`, devices)}`;
}

/** The distributions of each name, the most loaded first. */
function namedIn(rows: BucketRow[], of: BucketRow['of']) {
	const byName = new Map<string, BucketRow[]>();
	for (const row of rows.filter((one) => one.of === of)) {
		const known = byName.get(row.name);
		if (known) known.push(row);
		else byName.set(row.name, [row]);
	}
	return [...byName]
		.map(([name, ofName]) => ({ name, vitals: distributionsOf(ofName) }))
		.sort((a, b) => loadsOf(b.vitals) - loadsOf(a.vitals) || a.name.localeCompare(b.name));
}

function distributionsOf(rows: BucketRow[]): Distributions {
	return Object.fromEntries(
		VITAL_NAMES.flatMap((name) => {
			const found = distributionOf(name, countsOf(rows.filter(({ metric }) => metric === name)));
			return found ? [[name, found]] : [];
		})
	);
}

/** Every bucket once. */
function countsOf(rows: BucketRow[]): BucketCount[] {
	const loads: number[] = [];
	for (const row of rows) {
		row.loads.forEach((here, at) => {
			const bucket = row.buckets?.[at] ?? at;
			loads[bucket] = (loads[bucket] ?? 0) + here;
		});
	}
	return loads.map((here, bucket) => ({ bucket, loads: here }));
}

/** Each load has a time to the first byte, where browsers measure it at all. */
const loadsOf = (vitals: Distributions) =>
	Math.max(0, ...Object.values(vitals).map(({ loads }) => loads));
