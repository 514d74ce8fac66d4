import { db } from '../db';
import { placesWithin } from '../durations';
import { Prisma } from '../prisma/client';
import { since } from './request-sums';

/** What is counted of each service level, of rows of totals. */
const FIGURES = {
	requests: 't.requests',
	refused: 't.refused',
	errors: 't.errors',
	/** Those that took 300 ms at most. Arrays of the database begin with 1. */
	within: placesWithin(300)
		.map((place) => `t.durations[${place + 1}]`)
		.join(' + ')
};

type Figure = keyof typeof FIGURES;
type Counts = Record<Figure, number>;

/** What was refused was no work: it would make good what went wrong. */
function answered({ requests, refused }: Counts): number {
	return requests - refused;
}

/** What Coda means to keep in every month. */
export const SERVICE_LEVELS = {
	availability: {
		title: 'Availability',
		says: 'Answers that are no error of ours',
		target: 0.999,
		// Addresses that are none of ours are asked for by strangers, and answered without any work.
		of: Prisma.sql`t.source IN ('page', 'api') AND t.route <> '(no route)'`,
		total: ({ requests }: Counts) => requests,
		bad: ({ errors }: Counts) => errors
	},
	speed: {
		title: 'Speed',
		says: 'Calls of the API within 300 ms',
		target: 0.95,
		of: Prisma.sql`t.source = 'call'`,
		total: answered,
		bad: (counts: Counts) => Math.min(answered(counts), counts.requests - counts.within)
	},
	saves: {
		title: 'Saves',
		says: 'Changes that were not lost by an error of ours',
		target: 0.999,
		of: Prisma.sql`t.source = 'call' AND t.method = 'write'`,
		total: answered,
		bad: ({ errors }: Counts) => errors
	}
} as const;

/** The name of a service level. */
export type LevelName = keyof typeof SERVICE_LEVELS;

export const LEVEL_NAMES = Object.keys(SERVICE_LEVELS) as LevelName[];

/** The windows in which the budget's burning is watched, in seconds. */
export const BURN_WINDOWS = {
	'5 min': 300,
	'30 min': 1_800,
	'1 h': 3_600,
	'6 h': 21_600,
	'3 d': 259_200
} as const;

/** The name of a window. */
export type BurnWindow = keyof typeof BURN_WINDOWS;

const WINDOW_NAMES = Object.keys(BURN_WINDOWS) as BurnWindow[];

/**
 * When somebody is called, and when it is a task for tomorrow: the budget burns this many times as fast as would use it
 * up in a month, in a long window, and still does in a short one (the Site Reliability Workbook, chapter 5).
 */
export const BURN_RULES = [
	{ alarm: 'page', rate: 14.4, long: '1 h', short: '5 min' },
	{ alarm: 'page', rate: 6, long: '6 h', short: '30 min' },
	{ alarm: 'ticket', rate: 1, long: '3 d', short: '6 h' }
] as const satisfies { alarm: string; rate: number; long: BurnWindow; short: BurnWindow }[];

/** So few bad ones are chance, whatever their share. */
const LEAST_BAD = 5;

/** How many there were of what. */
export interface LevelCount {
	total: number;
	bad: number;
}

/** How a service level stands. */
export interface LevelState {
	name: LevelName;
	title: string;
	says: string;
	target: number;
	/** Of this calendar month, in UTC. */
	month: LevelCount;
	/** The share of the month's budget that is left: 1 at its beginning, below 0 when the target is missed. */
	budgetLeft: number;
	windows: Record<BurnWindow, LevelCount>;
	/** How many times as fast as it may the budget burns, by window. */
	burn: Record<BurnWindow, number>;
	/** What the rules say. */
	alarm: 'page' | 'ticket' | null;
}

/** How fast the budget burns: 1 uses it up exactly at the end. */
export const burnRate = ({ total, bad }: LevelCount, target: number): number =>
	total > 0 ? bad / total / (1 - target) : 0;

/** What is left of the budget. Where nothing was asked, nothing was spent. */
export const budgetLeft = ({ total, bad }: LevelCount, target: number): number =>
	total > 0 ? 1 - bad / (total * (1 - target)) : 1;

/** What the rules say of these counts, the gravest first. */
export function alarmOf(
	windows: Record<BurnWindow, LevelCount>,
	target: number
): LevelState['alarm'] {
	const met = BURN_RULES.find(
		({ rate, long, short }) =>
			windows[long].bad >= LEAST_BAD &&
			burnRate(windows[long], target) > rate &&
			burnRate(windows[short], target) > rate
	);
	return met?.alarm ?? null;
}

/** How every service level stands now, from the totals of requests. */
export async function readServiceLevels(): Promise<LevelState[]> {
	const rows = await readWindows();
	return LEVEL_NAMES.map((name) => {
		const { title, says, target, total, bad } = SERVICE_LEVELS[name];
		const of = (window: string): LevelCount => {
			const row = rows.find((one) => one.window === window);
			const figure = (of: Figure) => row?.[`${name}.${of}`] ?? 0;
			const counts: Counts = {
				requests: figure('requests'),
				refused: figure('refused'),
				errors: figure('errors'),
				within: figure('within')
			};
			return { total: total(counts), bad: bad(counts) };
		};
		const windows = byWindow(of);
		return {
			...{ name, title, says, target, windows },
			month: of('month'),
			budgetLeft: budgetLeft(of('month'), target),
			burn: byWindow((window) => burnRate(of(window), target)),
			alarm: alarmOf(windows, target)
		};
	});
}

const byWindow = <T>(of: (window: BurnWindow) => T): Record<BurnWindow, T> =>
	Object.fromEntries(WINDOW_NAMES.map((window) => [window, of(window)])) as Record<BurnWindow, T>;

type WindowRow = { window: string } & Record<`${LevelName}.${Figure}`, number>;

/** The figures of every level in every window, in one statement that reads each row of totals once. */
function readWindows(): Promise<WindowRow[]> {
	const seconds = WINDOW_NAMES.map((window) => BURN_WINDOWS[window]);
	const figures = LEVEL_NAMES.flatMap((level) =>
		(Object.keys(FIGURES) as Figure[]).map((figure) => ({
			column: Prisma.raw(`"${level}.${figure}"`),
			sum: Prisma.raw(FIGURES[figure]),
			of: SERVICE_LEVELS[level].of
		}))
	);
	return db.$queryRaw<WindowRow[]>`
		WITH windows AS (
			SELECT name, now() - make_interval(secs => seconds) AS begins
			FROM unnest(${WINDOW_NAMES}::text[], ${seconds}::float8[]) AS w (name, seconds)
			UNION ALL SELECT 'month', date_trunc('month', now(), 'UTC')
		), t AS (
			-- Each minute is read once, however many windows it lies in.
			SELECT t.starts_at, ${Prisma.join(
				figures.map(
					({ column, sum, of }) => Prisma.sql`sum(${sum}) FILTER (WHERE ${of}) AS ${column}`
				)
			)}
			FROM request_totals AS t
			WHERE ${since(Prisma.sql`(SELECT min(begins) FROM windows)`)} AND t.source IN ('page', 'api', 'call')
			GROUP BY t.step, t.starts_at
		)
		SELECT windows.name AS window, ${Prisma.join(
			figures.map(({ column }) => Prisma.sql`coalesce(sum(${column}), 0)::float8 AS ${column}`)
		)}
		FROM windows JOIN t ON t.starts_at >= windows.begins GROUP BY windows.name`;
}
