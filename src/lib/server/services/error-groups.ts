import { v7 as uuid } from 'uuid';
import type { Breadcrumb, ErrorGroupId } from '$lib/schemas/errors';
import type { ProgramSource } from '$lib/schemas/logs';
import { ADVISORY_LOCKS } from '../advisory-locks';
import type { BatchMark } from '../batch-writer';
import { db, type Transaction } from '../db';
import { refusal } from '../refusal';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { newBatch } from './batch-marks';
import { inBatches, type Purged, type Work } from './batches';

/** Anybody can report from a browser, and from a computer of theirs: what comes from there takes no place of the others. */
export type ErrorLane = 'browser' | 'runner' | 'others';

/** New groups of one hour. What comes above it is one group. */
const NEW_GROUPS_AN_HOUR: Record<ErrorLane, number> = { browser: 20, runner: 20, others: 100 };
/** Events of a group that are kept whole: the latest. */
const EVENTS_OF_A_GROUP = 50;

/** One error, as it is kept: bounded and without secrets. */
export interface ErrorEvent {
	at: Date;
	source: ProgramSource;
	/** The class, with its code where it has one. */
	kind: string;
	message: string;
	stack: string;
	/** The commit that it happened in. */
	release: string;
	route: string | null;
	requestId: string | null;
	userId: string | null;
	tags: Record<string, string>;
	/** What happened before it, the latest last. */
	breadcrumbs: Breadcrumb[];
}

/** Errors of one kind that came within a second or so. */
export interface ErrorsOfAGroup {
	fingerprint: string;
	source: ProgramSource;
	kind: string;
	message: string;
	/** Where they come from. */
	culprit: string;
	count: number;
	firstAt: Date;
	lastAt: Date;
	release: string;
	/** How many in which hour, `2026-11-26T17`. */
	hours: Map<string, number>;
	/** Who met them, as far as people are known. */
	people: Set<string>;
	/** Some of them, whole. */
	events: ErrorEvent[];
}

/** What holds every kind of error that came as one too many. */
const OVERFLOW = {
	others: {
		fingerprint: 'overflow',
		source: 'app',
		kind: 'Others',
		message:
			'More new kinds of errors came at once than are kept apart. Their lines are in the log.',
		culprit: ''
	},
	browser: {
		fingerprint: 'overflow-browser',
		source: 'browser',
		kind: 'Others',
		message: 'Browsers told of more new kinds of errors at once than are kept apart.',
		culprit: ''
	},
	runner: {
		fingerprint: 'overflow-runner',
		source: 'runner',
		kind: 'Others',
		message: 'Runners told of more new kinds of errors at once than are kept apart.',
		culprit: ''
	}
} as const;

/** With which others an error of that program is counted. */
export const laneOf = (source: ProgramSource): ErrorLane =>
	source === 'browser' || source === 'runner' ? source : 'others';

/** The group of what comes as one too many from there. */
export const overflowOf = (source: ProgramSource) => OVERFLOW[laneOf(source)];

/**
 * Counts errors into their groups: one row for each kind, however many came. A group that was resolved before
 * its latest error is open again, and says since when. What carries a mark is counted once.
 */
export async function writeErrors(gathered: ErrorsOfAGroup[], mark?: BatchMark): Promise<void> {
	await db.$transaction(async (tx) => {
		const isNew = await tx.$executeRaw`
			WITH batch AS (${newBatch(mark)})
			SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.writingErrors}::bigint)::text FROM batch`;
		if (!isNew) return;
		const groups = await admitted(tx, gathered);
		const ids = await upsertGroups(tx, groups);
		const named = groups.flatMap((group) => {
			const id = ids.get(group.fingerprint);
			return id ? [{ id, group }] : [];
		});
		await addHours(tx, named);
		await addPeople(tx, named);
		await addEvents(tx, named);
	});
}

/** The groups that are known, or may be new; the others as one. */
async function admitted(tx: Transaction, gathered: ErrorsOfAGroup[]): Promise<ErrorsOfAGroup[]> {
	const fingerprints = gathered.map(({ fingerprint }) => fingerprint);
	const known = await tx.errorGroup.findMany({
		where: { fingerprint: { in: fingerprints } },
		select: { fingerprint: true }
	});
	const isKnown = new Set(known.map(({ fingerprint }) => fingerprint));
	const fresh = await tx.$queryRaw<{ source: ProgramSource; count: number }[]>`
		SELECT source::text, count(*)::int AS count FROM error_groups
		WHERE first_at > now() - interval '1 hour' GROUP BY 1`;
	const places = { ...NEW_GROUPS_AN_HOUR };
	for (const { source, count } of fresh) places[laneOf(source)] -= count;
	const kept: ErrorsOfAGroup[] = [];
	const over: Record<ErrorLane, ErrorsOfAGroup[]> = { browser: [], runner: [], others: [] };
	for (const group of gathered) {
		const lane = laneOf(group.source);
		const { fingerprint } = OVERFLOW[lane];
		const isIn =
			group.fingerprint === fingerprint || isKnown.has(group.fingerprint) || places[lane]-- > 0;
		(isIn ? kept : over[lane]).push(group);
	}
	return [...kept, ...Object.values(over).flatMap(asOne)];
}

function asOne(groups: ErrorsOfAGroup[]): ErrorsOfAGroup[] {
	const [first, ...others] = groups;
	if (!first) return [];
	const one: ErrorsOfAGroup = {
		...first,
		...overflowOf(first.source),
		hours: new Map(first.hours),
		people: new Set(first.people)
	};
	for (const { count, hours, people, lastAt } of others) {
		one.count += count;
		for (const [hour, n] of hours) one.hours.set(hour, (one.hours.get(hour) ?? 0) + n);
		for (const person of people) one.people.add(person);
		if (lastAt > one.lastAt) one.lastAt = lastAt;
	}
	return [one];
}

async function upsertGroups(
	tx: Transaction,
	groups: ErrorsOfAGroup[]
): Promise<Map<string, string>> {
	// Of one name there can be two: what overflowed in memory, and what overflows here.
	const byName = new Map<string, ErrorsOfAGroup>();
	for (const group of groups) {
		const known = byName.get(group.fingerprint);
		// A copy: what was gathered stays as it is for whoever has to write it again.
		const count = group.count + (known?.count ?? 0);
		byName.set(group.fingerprint, { ...(known ?? group), count });
	}
	const rows = [...byName.values()].map(({ hours: _h, people: _p, events: _e, ...group }) => ({
		id: uuid(),
		...group
	}));
	const written = await tx.$queryRaw<{ id: string; fingerprint: string }[]>`
		INSERT INTO error_groups AS known (id, fingerprint, source, kind, message, culprit, count, first_at,
			last_at, first_release, last_release)
		SELECT id, fingerprint, source, kind, message, culprit, count, "firstAt", "lastAt", release, release
		FROM json_to_recordset(${JSON.stringify(rows)}::json) AS row(id uuid, fingerprint text,
			source program_source, kind text, message text, culprit text, count bigint,
			"firstAt" timestamptz, "lastAt" timestamptz, release text)
		ON CONFLICT (fingerprint) DO UPDATE SET
			count = known.count + excluded.count,
			message = excluded.message,
			culprit = excluded.culprit,
			last_at = greatest(known.last_at, excluded.last_at),
			last_release = excluded.last_release,
			regressed_at = CASE WHEN known.resolved_at < excluded.last_at
				THEN excluded.last_at ELSE known.regressed_at END,
			resolved_by = CASE WHEN known.resolved_at < excluded.last_at
				THEN NULL ELSE known.resolved_by END,
			resolved_at = CASE WHEN known.resolved_at < excluded.last_at
				THEN NULL ELSE known.resolved_at END
		RETURNING id, fingerprint`;
	return new Map(written.map(({ id, fingerprint }) => [fingerprint, id]));
}

type Named = { id: string; group: ErrorsOfAGroup }[];

async function addHours(tx: Transaction, named: Named): Promise<void> {
	const sums = new Map<string, { id: string; hour: string; count: number }>();
	for (const { id, group } of named) {
		for (const [hour, n] of group.hours) {
			const key = `${id} ${hour}`;
			const sum = sums.get(key) ?? { id, hour: `${hour}:00:00Z`, count: 0 };
			sums.set(key, { ...sum, count: sum.count + n });
		}
	}
	await tx.$executeRaw`
		INSERT INTO error_hours AS known (group_id, hour, count)
		SELECT id, hour, count FROM json_to_recordset(${JSON.stringify([...sums.values()])}::json)
			AS row(id uuid, hour timestamptz, count integer)
		ON CONFLICT (group_id, hour) DO UPDATE SET count = known.count + excluded.count`;
}

async function addPeople(tx: Transaction, named: Named): Promise<void> {
	const rows = named.flatMap(({ id, group }) =>
		[...group.people].map((userId) => ({ id, userId }))
	);
	if (rows.length === 0) return;
	// Whoever has deleted their account meanwhile is not counted.
	await tx.$executeRaw`
		INSERT INTO error_people (group_id, user_id)
		SELECT row.id, users.id FROM json_to_recordset(${JSON.stringify(rows)}::json)
			AS row(id uuid, "userId" uuid) JOIN users ON users.id = row."userId"
		ON CONFLICT DO NOTHING`;
}

async function addEvents(tx: Transaction, named: Named): Promise<void> {
	const rows = named.flatMap(({ id, group }) =>
		group.events.map((event) => ({ id: uuid(), groupId: id, ...event }))
	);
	if (rows.length === 0) return;
	await tx.$executeRaw`
		INSERT INTO error_events (id, group_id, at, source, message, stack, release, route, request_id, user_id,
			tags, breadcrumbs)
		SELECT row.id, "groupId", at, source, message, stack, release, route, "requestId", users.id, tags,
			breadcrumbs
		FROM json_to_recordset(${JSON.stringify(rows)}::json) AS row(id uuid, "groupId" uuid, at timestamptz,
			source program_source, message text, stack text, release text, route text, "requestId" text,
			"userId" uuid, tags jsonb, breadcrumbs jsonb)
		LEFT JOIN users ON users.id = row."userId"`;
	await tx.$executeRaw`
		DELETE FROM error_events WHERE id IN (
			SELECT id FROM (
				SELECT id, row_number() OVER (PARTITION BY group_id ORDER BY at DESC, id DESC) AS place
				FROM error_events WHERE group_id = ANY(${named.map(({ id }) => id)}::uuid[])
			) AS placed WHERE place > ${EVENTS_OF_A_GROUP}
		)`;
}

/** Marks a group as dealt with: an error that comes afterwards opens it again. */
export const resolveErrors = (admin: PersonalActor, { id }: ErrorGroupId): Promise<void> =>
	setResolved(admin, id, true);

/** Opens a group that was marked too early. */
export const reopenErrors = (admin: PersonalActor, { id }: ErrorGroupId): Promise<void> =>
	setResolved(admin, id, false);

async function setResolved(admin: PersonalActor, id: string, isResolved: boolean): Promise<void> {
	await db.$transaction(async (tx) => {
		const { count } = await tx.errorGroup.updateMany({
			where: { id, resolvedAt: isResolved ? null : { not: null } },
			data: isResolved
				? { resolvedAt: new Date(), resolvedById: admin.userId }
				: { resolvedAt: null, resolvedById: null }
		});
		// Another admin was faster, or it is gone.
		if (count === 0) throw refusal('NOT_FOUND', 'errors.notFound');
		await recordAudit(tx, admin, {
			action: isResolved ? 'error.resolve' : 'error.reopen',
			targetKind: 'error',
			targetId: id
		});
	});
}

/** Forgets groups that nobody has met for long, with all that is kept of them. */
export async function purgeErrors(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM error_groups WHERE id IN (
				SELECT id FROM error_groups
				WHERE last_at < now() - make_interval(days => ${RETENTION.errorGroupDays})
				ORDER BY last_at LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}

/** Forgets how many came in which hour, and the events of groups that go on, once their time is over. */
export async function purgeErrorDetails(work: Work): Promise<Purged> {
	const hours = await inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM error_hours WHERE (group_id, hour) IN (
				SELECT group_id, hour FROM error_hours
				WHERE hour < now() - make_interval(days => ${RETENTION.errorGroupDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
	const events = await inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM error_events WHERE id IN (
				SELECT id FROM error_events
				WHERE at < now() - make_interval(days => ${RETENTION.errorGroupDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
	return { deleted: hours.deleted + events.deleted, more: hours.more || events.more };
}
