import { db, type Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { COMPONENTS, ruleOf, type Component, type Rule } from './alert-rules';

/** How a part of Coda is. `unknown`: nobody has looked for a while. */
export type ComponentState = 'up' | 'degraded' | 'down' | 'unknown';

/** Between two looks: longer than that, nobody knows what was in between. */
const LOOK_SECONDS = 90;
/** After so long without a look the present state is not known. */
const STALE_SECONDS = 300;

const DAY_SECONDS = 86_400;
/** Days that the page shows. */
export const STATUS_DAYS = 90;

const COMPONENT_NAMES = Object.keys(COMPONENTS) as Component[];
const WORSE = { up: 0, unknown: 1, degraded: 2, down: 3 } as const;

/**
 * Writes down how each part is, by what fires at this moment: the time since the last look counts for it. Where a rule
 * that concerns a part says nothing, nobody knows that the part is up.
 */
export async function recordStatus(
	tx: Transaction,
	now: Date,
	unread: readonly Pick<Rule, 'concerns' | 'componentsOf'>[]
): Promise<void> {
	const unknown = new Set(unread.flatMap(partsOf));
	const firing = await tx.alert.findMany({
		where: { state: 'firing' },
		select: { rule: true, subject: true, severity: true }
	});
	const rows = COMPONENT_NAMES.map((component) => ({
		component,
		state: firing
			.map((alert) => effectOn(component, alert))
			.reduce(
				(worst, one) => (WORSE[one] > WORSE[worst] ? one : worst),
				unknown.has(component) ? 'unknown' : 'up'
			)
	}));
	await tx.$executeRaw`
		INSERT INTO status_days AS d (component, day, state, checked_at)
		SELECT component, (${now}::timestamptz AT TIME ZONE 'UTC')::date, state, ${now}
		FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (component text, state text)
		ORDER BY component
		ON CONFLICT (component, day) DO UPDATE SET
			state = EXCLUDED.state,
			checked_at = greatest(d.checked_at, EXCLUDED.checked_at),
			up_seconds = d.up_seconds + ${since('up')},
			degraded_seconds = d.degraded_seconds + ${since('degraded')},
			down_seconds = d.down_seconds + ${since('down')}`;
}

/** Every part that a rule can concern. */
const partsOf = ({ concerns, componentsOf = {} }: Pick<Rule, 'concerns' | 'componentsOf'>) => [
	...(concerns?.components ?? []),
	...Object.values(componentsOf).flat()
];

/** The seconds since the last look, where the part was like this and the look was not long ago. */
const since = (state: string) => Prisma.sql`CASE
	WHEN EXCLUDED.state = ${state}
		AND EXCLUDED.checked_at - d.checked_at <= make_interval(secs => ${LOOK_SECONDS})
	THEN greatest(0, round(extract(epoch FROM EXCLUDED.checked_at - d.checked_at)))::int ELSE 0 END`;

/** What an alert does to a part. One that is less grave than what its rule puts down only degrades it. */
function effectOn(
	component: Component,
	{ rule, subject, severity }: { rule: string; subject: string; severity: number }
): keyof typeof WORSE {
	const { concerns, componentsOf, severity: gravest } = ruleOf(rule);
	const parts = componentsOf?.[subject] ?? concerns?.components ?? [];
	if (!concerns || !parts.includes(component)) return 'up';
	return severity > (concerns.downFrom ?? gravest) ? 'degraded' : concerns.effect;
}

/** One day of a part. */
export interface StatusDay {
	/** `2026-11-26`, UTC. */
	day: string;
	state: ComponentState;
	/** Seconds of trouble. */
	degradedSeconds: number;
	downSeconds: number;
	/** Seconds in which nobody looked, from the first day on that somebody did; none before, and to come. */
	unwatchedSeconds: number;
}

/** A part of Coda, as anyone may see it. */
export interface ComponentStatus {
	key: Component;
	name: string;
	state: ComponentState;
	/** The last ninety days, the oldest first. */
	days: StatusDay[];
	/** The share of the watched time in which it was not down; nothing where nobody watched. */
	upShare: number | null;
	/** The share of the time since the first day that was watched; nothing where nobody watched. */
	watchedShare: number | null;
}

/** An incident, as far as it was published. */
export interface PublicIncident {
	number: number;
	title: string;
	status: 'investigating' | 'identified' | 'monitoring' | 'resolved';
	openedAt: Date;
	resolvedAt: Date | null;
	updates: { at: Date; text: string }[];
}

/** What the status page says. */
export interface Status {
	state: ComponentState;
	checkedAt: Date | null;
	components: ComponentStatus[];
	/** Those that go on, and those of the last ninety days. */
	incidents: PublicIncident[];
}

/** How Coda is and was, for anyone: names of parts and their states, and what was published. */
export async function getStatus(): Promise<Status> {
	const [now, days, incidents] = await Promise.all([
		db.$queryRaw<{ now: Date }[]>`SELECT now() AS now`,
		db.statusDay.findMany({
			where: { day: { gt: new Date(Date.now() - (STATUS_DAYS + 1) * 86_400_000) } },
			orderBy: { day: 'asc' }
		}),
		publicIncidents()
	]);
	const at = now[0]?.now ?? new Date();
	const components = COMPONENT_NAMES.map((key) =>
		componentStatus(
			key,
			days.filter((one) => one.component === key),
			at
		)
	);
	const checks = days.map(({ checkedAt }) => checkedAt.valueOf());
	// What was published is not nothing, whatever the checks see.
	const told = incidents.some(({ resolvedAt }) => !resolvedAt) ? ['degraded' as const] : [];
	return {
		state: worstOf([...components.map(({ state }) => state), ...told]),
		checkedAt: checks.length > 0 ? new Date(Math.max(...checks)) : null,
		components,
		incidents
	};
}

const worstOf = (states: ComponentState[]): ComponentState =>
	states.reduce((worst, one) => (WORSE[one] > WORSE[worst] ? one : worst), 'up');

type Row = Prisma.StatusDayGetPayload<object>;

function componentStatus(key: Component, rows: Row[], now: Date): ComponentStatus {
	const first = rows[0] && dayOf(rows[0].day);
	const byDay = new Map(rows.map((row) => [dayOf(row.day), row]));
	const days = Array.from({ length: STATUS_DAYS }, (_, index) => {
		const day = dayOf(new Date(now.valueOf() - (STATUS_DAYS - 1 - index) * 86_400_000));
		const row = byDay.get(day);
		const { degradedSeconds = 0, downSeconds = 0 } = row ?? {};
		const secondsOfDay = first && day >= first ? secondsSoFar(day, now) : 0;
		const unwatchedSeconds = Math.max(0, secondsOfDay - watchedSeconds(row));
		const state = stateOfDay(row, { secondsOfDay, unwatchedSeconds });
		return { ...{ day, degradedSeconds, downSeconds, unwatchedSeconds }, state, secondsOfDay };
	});
	const latest = rows.at(-1);
	const isStale = !latest || now.valueOf() - latest.checkedAt.valueOf() > STALE_SECONDS * 1_000;
	const watched = sum(rows, watchedSeconds);
	const down = sum(rows, ({ downSeconds }) => downSeconds);
	const whole = sum(days, ({ secondsOfDay }) => secondsOfDay);
	const unwatched = sum(days, ({ unwatchedSeconds }) => unwatchedSeconds);
	return {
		key,
		name: COMPONENTS[key],
		state: isStale ? 'unknown' : (latest.state as ComponentState),
		days: days.map(({ secondsOfDay: _, ...day }) => day),
		upShare: watched > 0 ? 1 - down / watched : null,
		watchedShare: watched > 0 ? 1 - unwatched / whole : null
	};
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const watchedSeconds = (row: Row | undefined): number =>
	row ? row.upSeconds + row.degradedSeconds + row.downSeconds : 0;

/** How much of a day (UTC) is over. */
function secondsSoFar(day: string, now: Date): number {
	const seconds = (now.valueOf() - new Date(day).valueOf()) / 1_000;
	return Math.round(Math.min(Math.max(seconds, 0), DAY_SECONDS));
}

const sum = <One>(rows: One[], of: (row: One) => number): number =>
	rows.reduce((total, row) => total + of(row), 0);

/** A day without trouble was good only where somebody watched most of it. */
function stateOfDay(
	row: Row | undefined,
	{ secondsOfDay, unwatchedSeconds }: { secondsOfDay: number; unwatchedSeconds: number }
): ComponentState {
	if (!row) return 'unknown';
	if (row.downSeconds > 0) return 'down';
	if (row.degradedSeconds > 0) return 'degraded';
	return unwatchedSeconds > Math.max(secondsOfDay / 2, LOOK_SECONDS) ? 'unknown' : 'up';
}

async function publicIncidents(): Promise<PublicIncident[]> {
	const since = new Date(Date.now() - STATUS_DAYS * 86_400_000);
	const rows = await db.incident.findMany({
		where: {
			publicTitle: { not: null },
			OR: [{ resolvedAt: null }, { resolvedAt: { gt: since } }]
		},
		orderBy: { openedAt: 'desc' },
		take: 50,
		select: {
			number: true,
			publicTitle: true,
			status: true,
			openedAt: true,
			resolvedAt: true,
			entries: {
				where: { kind: 'update' },
				orderBy: { at: 'desc' },
				select: { at: true, text: true }
			}
		}
	});
	return rows.map(({ publicTitle, entries, ...incident }) => ({
		...incident,
		title: publicTitle ?? '',
		updates: entries
	}));
}
