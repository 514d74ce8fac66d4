import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { setEnvironment, testDatabaseUrl } from '#tests/support/environment';
import { startTcpProxy } from '#tests/support/tcp-proxy';
import { BatchWriter } from './batch-writer';
import { ErrorCollector } from './capture';
import { adapterFor, db } from './db';
import { drainDeferred } from './defer';
import { noDurations } from './durations';
import { PrismaClient } from './prisma/client';
import {
	countAnswered,
	hurryRequestTotals,
	writeRequestTotals,
	type Answered
} from './request-totals';
import { UNHURRIED } from './services/batches';
import { purgeBatchMarks } from './services/batch-marks';
import { writeErrors, type ErrorsOfAGroup } from './services/error-groups';
import { addRequestTotals, type RequestTotalRow } from './services/request-totals';
import { writeStatementTimes } from './services/statement-times';
import { addFailures, addTimes, stopRecording } from './statement-recorder';

const direct = new URL(testDatabaseUrl());
const proxy = await startTcpProxy({ host: direct.hostname, port: Number(direct.port) });
const throughProxy = new URL(direct);
throughProxy.host = `127.0.0.1:${proxy.port}`;
setEnvironment({ DATABASE_URL: throughProxy.href });
/** Sees what is there, whatever becomes of the program's own connections. */
const beside = new PrismaClient({ adapter: adapterFor(direct.href, 1) });

afterAll(async () => {
	await Promise.all([db.$disconnect(), beside.$disconnect()]);
	await proxy.stop();
});

beforeEach(async () => {
	vi.spyOn(console, 'warn').mockReturnValue();
	await beside.$executeRaw`
		TRUNCATE request_totals, statement_times, statement_errors, error_groups, batch_marks CASCADE`;
});

afterEach(() => {
	stopRecording();
	vi.restoreAllMocks();
});

/** Writes something that arrives, and whose answer does not. */
async function loseAnswer<T>(
	text: string,
	write: () => Promise<T>,
	rows: () => Promise<number>
): Promise<T> {
	proxy.loseAnswerTo(text);
	const writing = write();
	await vi.waitFor(async () => expect(await rows()).toBeGreaterThan(0), 10_000);
	await proxy.cut();
	const said = await writing;
	await proxy.mend();
	return said;
}

const page: Answered = {
	source: 'page',
	method: 'read',
	route: '/',
	status: 200,
	durationMs: 12,
	isQuiet: true
};

test('a request is counted once though nobody said that it was written', async () => {
	countAnswered(page);
	const isWritten = await loseAnswer('INSERT INTO request_totals', writeRequestTotals, () =>
		beside.requestTotal.count()
	);
	countAnswered(page);

	expect(isWritten).toBe(false);
	expect(await writeRequestTotals()).toBe(true);
	const { _sum } = await db.requestTotal.aggregate({ _sum: { requests: true } });
	expect(_sum.requests).toBe(2n);
});

test('what waits is tried once more before the process ends', async () => {
	countAnswered(page);
	await proxy.cut();
	expect(await writeRequestTotals()).toBe(false);
	await proxy.mend();

	hurryRequestTotals();
	await drainDeferred();

	expect(await db.requestTotal.findMany()).toMatchObject([{ requests: 1n }]);
});

test('a statement and a failure are counted once', async () => {
	const hour = new Date('2026-11-20T10:00:00Z');
	const gathered = { statement: 'idea.count', calls: 1, totalMs: 2, slowestMs: 2 };
	addTimes({ ...gathered, hour, durations: noDurations() });
	addFailures({ minute: hour, kind: 'full', count: 1 });
	await loseAnswer('INSERT INTO statement_times', writeStatementTimes, () =>
		beside.statementTime.count()
	);

	await writeStatementTimes();

	expect(await db.statementTime.findMany()).toMatchObject([{ calls: 1, totalMs: 2 }]);
	expect(await db.statementError.findMany()).toMatchObject([{ count: 1 }]);
});

test('an error is counted once', async () => {
	const collector = new ErrorCollector(writeErrors, () => undefined);
	collector.add({
		...{ at: new Date(), kind: 'Error', message: 'Once', stack: '', release: 'abc' },
		...{ source: 'app', route: null, requestId: null, userId: null, tags: {}, breadcrumbs: [] }
	});
	await loseAnswer(
		'COMMIT',
		() => collector.flush(),
		() => beside.errorGroup.count()
	);

	await collector.flush();

	const groups = await db.errorGroup.findMany({ include: { events: true, hours: true } });
	expect(groups).toMatchObject([{ count: 1n, events: [{}], hours: [{ count: 1 }] }]);
});

test('errors beyond the bounds are counted once, too, where the transaction was undone', async () => {
	const at = new Date();
	const group = (fingerprint: string): ErrorsOfAGroup => ({
		...{ fingerprint, source: 'browser', kind: 'Error', message: 'Much', culprit: '', count: 1 },
		...{ firstAt: at, lastAt: at, release: 'abc', people: new Set(), events: [] },
		hours: new Map([[at.toISOString().slice(0, 13), 1]])
	});
	// What overflowed in memory, and five more than an hour may bring.
	const gathered = [
		group('overflow-browser'),
		...Array.from({ length: 25 }, (_, n) => group(`browser-${n}`))
	];
	const batches = [gathered];
	const writer = new BatchWriter<ErrorsOfAGroup[]>({
		take: () => batches.shift(),
		write: writeErrors,
		refused: () => []
	});
	await loseAnswer(
		'INSERT INTO error_hours',
		() => writer.flush(),
		async () => {
			const [row] = await beside.$queryRaw<{ waiting: number }[]>`
				SELECT count(*)::int AS waiting FROM pg_stat_activity
				WHERE datname = current_database() AND state = 'idle in transaction'
					AND query LIKE '%INSERT INTO error_hours%'`;
			return row?.waiting ?? 0;
		}
	);
	expect(await db.errorGroup.count()).toBe(0);

	expect(await writer.flush()).toBe(true);

	const overflow = await db.errorGroup.findUnique({ where: { fingerprint: 'overflow-browser' } });
	expect(overflow?.count).toBe(6n);
});

test('a batch that comes several times at once is added once, and the next one as well', async () => {
	const row: RequestTotalRow = {
		startsAt: new Date(),
		source: 'page',
		method: 'read',
		...{ route: '/', release: 'abc', durations: noDurations() },
		...{ requests: 1, redirected: 0, refused: 0, failed: 0, errors: 0, bytes: 0 }
	};
	const mark = { writer: crypto.randomUUID(), sequence: 1 };

	await Promise.all(Array.from({ length: 5 }, () => addRequestTotals([row], mark)));
	await addRequestTotals([row], { ...mark, sequence: 2 });
	await addRequestTotals([row], mark);

	expect(await db.requestTotal.findMany()).toMatchObject([{ requests: 2n }]);
	expect(await db.batchMark.findMany()).toMatchObject([{ ...mark, sequence: 2 }]);
});

test('marks are forgotten after a day', async () => {
	const day = 86_400_000;
	const mark = (ago: number) => ({
		...{ writer: crypto.randomUUID(), sequence: 1 },
		at: new Date(Date.now() - ago)
	});
	await db.batchMark.createMany({ data: [mark(day + 60_000), mark(day - 60_000)] });

	expect(await purgeBatchMarks(UNHURRIED)).toEqual({ deleted: 1, more: false });
});
