import { BREAKDOWNS, type Breakdown, type GetAnalytics } from '$lib/schemas/analytics';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import { RETENTION } from '../retention';
import { analyticsAreOn, viewSampling } from '../switches';
import type { PersonalActor } from './actor';
import { countTodaySoon } from './day-totals';
import {
	countedDays,
	dayAfter,
	daysOf,
	eachDay,
	midnight,
	type CountedDays,
	type DayRange,
	isInPart
} from './days';
import { OTHER_NAMES, viewsByName, type ViewKind } from './view-totals';

const ONLINE_MINUTES = 5;
const ROUTES_ONLINE = 5;

/** How often, and by how many: whoever comes on two days is counted on both. */
export interface Counted {
	views: number;
	visitors: number;
}

/** The names that are seen most, and everything beyond them as one. */
export interface NamedCounts {
	names: ({ name: string } & Counted)[];
	/** Absent where all names are listed. */
	others?: Counted;
	/** The views of all of them: what a share is a share of. */
	views: number;
}

/** Views of pages over some days. */
export interface Analytics extends Counting {
	range: DayRange;
	/** The present day, in UTC. */
	today: string;
	total: Counted;
	days: ({ day: string } & Counted)[];
	/** Of a single day that still has its views: what each hour (UTC) had. */
	hours?: ({ hour: number } & Counted)[];
	by: Record<Breakdown, NamedCounts>;
	live: Live;
	isOn: boolean;
	/** One visitor of so many is counted at the moment. */
	sampling: number;
}

/** How far days are counted of which there is much. */
export interface Counting {
	/** There is more than can be counted while somebody waits: it is shown a minute later. */
	isCounting: boolean;
	/** When today was counted, where it is not counted for each who looks; or the last day, where that was before its end. */
	countedAt: Date | null;
}

/** What there is to say of it. */
export function countingOf(counted: CountedDays): Counting {
	const { isMuch, last, today, countedAt } = counted;
	return { isCounting: isMuch, countedAt: last === today || isInPart(counted) ? countedAt : null };
}

/** Who is here at the moment. */
export interface Live {
	/** Visitors who opened a page within the last five minutes. */
	online: number;
	/** The pages they opened in that time, the most visited first. */
	routes: { route: string; visitors: number }[];
}

/** What was looked at on some days, from their totals, and of days that were not counted together from their views. */
export async function getAnalytics(
	admin: PersonalActor,
	{ names, ...given }: GetAnalytics
): Promise<Analytics> {
	const counted = await countedDays();
	countTodaySoon(counted);
	const { today, isMuch } = counted;
	const range = daysOf(given, today);
	// What is too much to be counted now is shown once it was.
	const last = isMuch ? range.to : counted.last;
	const [rows, hours, live] = await Promise.all([
		readCounts(range, last, names),
		readHours(range, counted),
		getLive(admin)
	]);
	const byDay = new Map(rows.filter(({ kind }) => kind === 'all').map((row) => [row.name, row]));
	const days = eachDay(range).map((day) => ({
		day,
		views: byDay.get(day)?.views ?? 0,
		visitors: byDay.get(day)?.visitors ?? 0
	}));
	const by = Object.fromEntries(BREAKDOWNS.map((kind) => [kind, namedCounts(rows, kind)]));
	return {
		...{ range, today, days, hours, live },
		total: sumOf(days),
		by: by as Record<Breakdown, NamedCounts>,
		isOn: analyticsAreOn(),
		sampling: viewSampling(),
		...countingOf(counted)
	};
}

/** Who is here, by one statement that reads the views of five minutes. */
export async function getLive(_admin: PersonalActor): Promise<Live> {
	const rows = await db.$queryRaw<{ route: string | null; visitors: number }[]>`
		SELECT route, sum(weight)::float8 AS visitors FROM (
			SELECT route, visitor, min(weight) AS weight FROM page_views
			WHERE at > now() - make_interval(mins => ${ONLINE_MINUTES}::int)
			GROUP BY GROUPING SETS ((visitor), (visitor, route))
		) AS here GROUP BY route ORDER BY route IS NULL DESC, visitors DESC, route
		LIMIT ${ROUTES_ONLINE + 1}`;
	return {
		online: rows.find(({ route }) => route === null)?.visitors ?? 0,
		routes: rows.flatMap(({ route, visitors }) => (route === null ? [] : [{ route, visitors }]))
	};
}

interface CountRow extends Counted {
	kind: ViewKind;
	/** The day, where everything of it is counted. */
	name: string;
	/** Its place among the names of its kind; above what was asked for it stands for the rest. */
	isRest: boolean;
}

/** Days, and names of each kind up to so many with the rest as one, in one statement. */
function readCounts({ from, to }: DayRange, last: string | null, names: number) {
	const firstOpen = last === null || last < from ? from : dayAfter(last);
	const open = Prisma.sql`UNION ALL SELECT * FROM (${viewsByName(firstOpen, dayAfter(to))}) AS open`;
	return db.$queryRaw<CountRow[]>`
		SELECT kind, "isRest", CASE WHEN "isRest" THEN '' ELSE name END AS name,
			sum(views)::float8 AS views, sum(visitors)::float8 AS visitors
		FROM (
			SELECT *, kind <> 'all' AND (name = ${OTHER_NAMES} OR row_number() OVER (
				PARTITION BY kind ORDER BY name = ${OTHER_NAMES}, views DESC, name) > ${names}) AS "isRest"
			FROM (
				SELECT kind, CASE WHEN kind = 'all' THEN to_char(day, 'YYYY-MM-DD') ELSE name END AS name,
					sum(views) AS views, sum(visitors) AS visitors
				FROM (
					SELECT day, kind, name, views, visitors FROM view_totals
					WHERE day BETWEEN ${from}::date AND ${to}::date AND kind <> 'hour'
					${firstOpen <= to ? open : Prisma.empty}
				) AS counted GROUP BY 1, 2
			) AS summed
		) AS placed
		GROUP BY 1, 2, 3 ORDER BY kind, "isRest", views DESC, name`;
}

/** Each hour of a single day up to the present one, where there are hours of it. */
async function readHours({ from, to }: DayRange, { today, hour, last, isMuch }: CountedDays) {
	if (from !== to || from <= dayAfter(today, -RETENTION.pageViewDays)) return undefined;
	const isCounted = last !== null && from <= last;
	if (!isCounted && isMuch) return undefined;
	const kept = isCounted ? await keptHours(from) : [];
	const rows = kept.length > 0 ? kept : await countHours(from);
	const known = new Map(rows.map((row) => [row.hour, row]));
	return Array.from(
		{ length: (from === today ? hour : 23) + 1 },
		(_, hour) => known.get(hour) ?? { hour, views: 0, visitors: 0 }
	);
}

type HourRow = { hour: number } & Counted;

const keptHours = (day: string) => db.$queryRaw<HourRow[]>`
	SELECT name::int AS hour, views::float8, visitors::float8 FROM view_totals
	WHERE day = ${day}::date AND kind = 'hour'`;

const countHours = (day: string) => db.$queryRaw<HourRow[]>`
	SELECT hour, sum(views)::float8 AS views, sum(weight)::float8 AS visitors FROM (
		SELECT extract(hour FROM at AT TIME ZONE 'UTC')::int AS hour, sum(weight) AS views,
			min(weight) AS weight
		FROM page_views WHERE at >= ${midnight(day)} AND at < ${midnight(dayAfter(day))}
		GROUP BY hour, visitor
	) AS visits GROUP BY hour`;

function namedCounts(rows: CountRow[], kind: Breakdown): NamedCounts {
	const ofKind = rows.filter((row) => row.kind === kind);
	const rest = ofKind.find(({ isRest }) => isRest);
	return {
		names: ofKind
			.filter(({ isRest }) => !isRest)
			.map(({ name, views, visitors }) => ({ name, views, visitors })),
		others: rest && { views: rest.views, visitors: rest.visitors },
		views: sumOf(ofKind).views
	};
}

const sumOf = (counts: Counted[]): Counted => ({
	views: counts.reduce((sum, { views }) => sum + views, 0),
	visitors: counts.reduce((sum, { visitors }) => sum + visitors, 0)
});
