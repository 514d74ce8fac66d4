import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { noDurations, placeOf } from '../durations';
import { Prisma } from '../prisma/client';
import { RETENTION } from '../retention';
import {
	addFailures,
	addTimes,
	startRecording,
	stopRecording,
	takeRecorded,
	type Gathered
} from '../statement-recorder';
import type { PersonalActor } from './actor';
import { UNHURRIED } from './batches';
import {
	addStatementTimes,
	purgeStatementTimes,
	readStatementMeans,
	readStatementTimes,
	writeStatementTimes
} from './statement-times';

let admin: PersonalActor;

beforeAll(async () => {
	admin = await createAdmin();
});

beforeEach(async () => {
	await db.$executeRaw`TRUNCATE statement_times, statement_errors`;
});

afterEach(() => {
	stopRecording();
	vi.useRealTimers();
	vi.restoreAllMocks();
});

const read = (hours: 1 | 24 | 168 = 24) => readStatementTimes(admin, { hours });

const HOUR_MS = 3_600_000;
/** The beginning of an hour so many hours ago. */
const hourAgo = (hours: number) =>
	new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - hours * HOUR_MS);

/** So many calls of one duration, as a process has gathered them. */
function gathered(statement: string, calls: number, ms: number): Gathered {
	const durations = noDurations();
	durations[placeOf(ms)] = calls;
	return { hour: hourAgo(0), statement, calls, totalMs: calls * ms, slowestMs: ms, durations };
}

/** What another process would write. */
async function writes(...times: Gathered[]): Promise<void> {
	await addStatementTimes({ times, failures: [] });
}

describe('statements of the program', () => {
	test('are measured by what they are, in transactions and outside', async () => {
		startRecording(async () => undefined);

		await db.idea.count();
		await db.$transaction(async (tx) => {
			await tx.idea.count();
			await tx.$queryRaw`SELECT pg_sleep(${0.05}::float)::text`;
		});
		await db.$transaction([db.user.count()]);

		const { times } = takeRecorded();
		expect(times.map(({ statement, calls }) => [statement, calls])).toEqual([
			['idea.count', 2],
			['SELECT pg_sleep(?::float)::text', 1],
			['user.count', 1]
		]);
		const { slowestMs = 0, durations = [] } = times[1] ?? {};
		expect(slowestMs).toBeGreaterThanOrEqual(50);
		expect(durations[placeOf(slowestMs)]).toBe(1);
	});

	test('are not measured where no server runs', async () => {
		await db.idea.count();

		expect(takeRecorded()).toEqual({ times: [], failures: [] });
	});

	test('are written down by themselves, and writing is not measured', async () => {
		startRecording(writeStatementTimes);

		await db.idea.count();
		await drainDeferred();

		expect(takeRecorded().times).toEqual([]);
		expect((await read()).statements).toMatchObject([{ statement: 'idea.count', calls: 1 }]);
	});

	test('are told apart only so far', async () => {
		for (let at = 0; at < 310; at += 1) addTimes(gathered(`SELECT ${at}`, 1, 1));

		const { times } = takeRecorded();

		expect(times).toHaveLength(301);
		expect(times.at(-1)).toMatchObject({ statement: 'others', calls: 10 });
	});
});

describe('an outage', () => {
	test('leaves what was measured in the hour in which it was', async () => {
		vi.spyOn(console, 'warn').mockReturnValue();
		vi.useFakeTimers({ toFake: ['Date'] });
		startRecording(async () => undefined);
		for (const hours of [3, 2, 0]) {
			vi.setSystemTime(hourAgo(0).valueOf() - hours * HOUR_MS + 60_000);
			await db.idea.count();
			if (hours > 0) await inOutage(writeStatementTimes);
			vi.useRealTimers();
			vi.useFakeTimers({ toFake: ['Date'] });
		}

		await writeStatementTimes();

		const rows = await db.statementTime.findMany({
			where: { statement: 'idea.count' },
			orderBy: { hour: 'asc' }
		});
		expect(rows).toMatchObject([3, 2, 0].map((hours) => ({ hour: hourAgo(hours), calls: 1 })));
	});

	test('of more than a day costs no more memory', () => {
		for (let hours = 30; hours >= 0; hours -= 1) {
			addTimes({ ...gathered('idea.count', 1, 1), hour: hourAgo(hours) });
		}

		const { times } = takeRecorded();

		expect(times).toHaveLength(24);
		expect(times.at(-1)?.hour).toEqual(hourAgo(0));
	});
});

/** Does something while what it writes to is away. */
async function inOutage(work: () => Promise<void>): Promise<void> {
	await db.$executeRaw`ALTER TABLE statement_times RENAME TO elsewhere`;
	await work();
	await db.$executeRaw`ALTER TABLE elsewhere RENAME TO statement_times`;
}

describe('failures', () => {
	test('are counted by kind, and answers are none', async () => {
		startRecording(async () => undefined);
		const { email } = await db.user.findFirstOrThrow();
		takeRecorded();

		await Promise.allSettled([
			db.user.create({ data: { email } }),
			db.user.findUniqueOrThrow({ where: { email: 'nobody@example.com' } }),
			db.user.create({ data: { email: 'UPPER@example.com' } }),
			db.$queryRaw`SELECT * FROM nowhere`,
			db.$transaction(async (tx) => {
				await tx.$executeRaw`SET LOCAL statement_timeout = 20`;
				await tx.$queryRaw`SELECT pg_sleep(5)`;
			})
		]);

		await writeStatementTimes();
		expect((await read()).failures).toEqual([
			{ kind: 'constraint', count: 1 },
			{ kind: 'other', count: 1 },
			{ kind: 'timeout', count: 1 }
		]);
	});

	test('that could not be written are kept with the minute in which they were', async () => {
		const minute = new Date('2026-11-20T10:00:00Z');
		addTimes(gathered('idea.count', 1, 1));
		addFailures({ minute, kind: 'full', count: 3 });
		await inOutage(writeStatementTimes);
		expect(await db.statementError.count()).toBe(0);

		await writeStatementTimes();

		expect(await db.statementError.findMany()).toEqual([{ minute, kind: 'full', count: 3 }]);
		expect((await read()).statements).toMatchObject([{ statement: 'idea.count' }]);
	});
});

describe('what is read', () => {
	test('adds up processes and hours to percentiles', async () => {
		await writes(gathered('idea.findMany', 90, 3), gathered('user.count', 1, 700));
		await writes(gathered('idea.findMany', 10, 300));
		await db.$executeRaw`UPDATE statement_times SET hour = hour - interval '2 hours'`;
		await writes(gathered('idea.findMany', 100, 3));

		const { all, statements } = await read();

		expect(statements).toMatchObject([
			{ statement: 'idea.findMany', calls: 200, slowestMs: 300 },
			{ statement: 'user.count', calls: 1, slowestMs: 700 }
		]);
		const [lists] = statements;
		expect(lists?.totalMs).toBeCloseTo(90 * 3 + 10 * 300 + 100 * 3);
		expect(lists?.p50Ms).toBeLessThan(4);
		expect(lists?.p95Ms).toBeLessThan(300);
		expect(lists?.p99Ms).toBeGreaterThan(230);
		expect(all).toMatchObject({ calls: 201, slowestMs: 700 });
		expect((await read(1)).statements).toMatchObject([{ statement: 'idea.findMany', calls: 100 }]);
	});

	test('is nothing where nothing was measured', async () => {
		expect(await read()).toEqual({ all: null, statements: [], failures: [] });
	});

	test('is one statement, and what is written another', async () => {
		addTimes(gathered('idea.count', 1, 1));

		expect(await countStatements(writeStatementTimes)).toBe(1);
		expect(await countStatements(() => read())).toBe(1);
	});

	test('is right when many processes write at once', async () => {
		const names = Array.from({ length: 30 }, (_, at) => `SELECT ${at}`);
		await Promise.all(
			Array.from({ length: 8 }, (_, process) => {
				const ordered = process % 2 ? names : names.toReversed();
				return writes(...ordered.map((name) => gathered(name, 1, 2)));
			})
		);

		expect((await read()).all).toMatchObject({ calls: 240 });
	});
});

test('times and failures are forgotten after their time', async () => {
	await writes(gathered('idea.count', 1, 1));
	const days = RETENTION.statementTimeDays;
	await db.$executeRaw`UPDATE statement_times SET hour = now() - make_interval(days => ${days + 1})`;
	await db.$executeRaw(
		Prisma.sql`INSERT INTO statement_errors VALUES (now() - make_interval(days => ${days + 1}), 'full', 1),
			(now(), 'full', 1)`
	);

	expect(await purgeStatementTimes(UNHURRIED)).toEqual({ deleted: 2, more: false });
});

test('where the server keeps no means, there are none', async () => {
	expect(await readStatementMeans(admin)).toBeNull();
});
