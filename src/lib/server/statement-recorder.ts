import { AsyncLocalStorage } from 'node:async_hooks';
import { errorKindOf, type ErrorKind } from './database-error';
import { defer } from './defer';
import { noDurations, placeOf } from './durations';
import { measuring } from './measures';
import { statementName } from './statement-name';
import { traced } from './tracing';

/** What is gathered is written down at most this often. */
const WRITE_EVERY_MS = 10_000;

/** As many statements of an hour as are told apart; what is new beyond them is counted together. */
const STATEMENTS = 300;
const OTHERS = 'others';

/** As many hours as wait for a database that is away. */
const HOURS = 24;

/** The same for minutes and kinds of failures. */
const FAILURES = 500;

/** How long one statement took in an hour, in this process and since the last writing. */
export interface Gathered {
	/** The beginning of the hour. */
	hour: Date;
	statement: string;
	calls: number;
	totalMs: number;
	slowestMs: number;
	/** How many took how long. */
	durations: number[];
}

/** How many statements failed in a minute, and how. */
export interface Failures {
	/** The beginning of the minute. */
	minute: Date;
	kind: ErrorKind;
	count: number;
}

/** What waits to be written. */
export interface Recorded {
	times: Gathered[];
	failures: Failures[];
}

/** By the hour, and by what they are. */
let times = new Map<number, Map<string, Gathered>>();
let failures = new Map<string, Failures>();
let write: (() => Promise<void>) | undefined;
let writtenAt = -Infinity;

/** Where statements write down what others took, and are not measured themselves. */
const unmeasured = new AsyncLocalStorage<true>();

/**
 * Begins to measure the statements of this process. What is not a server measures nothing.
 *
 * @param writeDown writes what `takeRecorded` gives, after a response
 */
export function startRecording(writeDown: () => Promise<void>): void {
	write = writeDown;
}

/** Ends measuring, and forgets what was not written. */
export function stopRecording(): void {
	write = undefined;
	writtenAt = -Infinity;
	takeRecorded();
}

/** Does something whose statements are not measured. */
export function withoutMeasure<T>(work: () => Promise<T>): Promise<T> {
	return unmeasured.run(true, work);
}

/** What Prisma tells of a statement that it is about to run. */
interface Operation {
	model?: string;
	operation: string;
	args: unknown;
	query: (args: never) => Promise<unknown>;
}

/** Runs a statement for Prisma and keeps how long it took, waiting for a connection included. */
export async function measured({ model, operation, args, query }: Operation): Promise<unknown> {
	const run = query as (args: unknown) => Promise<unknown>;
	if (!write || unmeasured.getStore()) return run(args);
	const startedAt = performance.now();
	const statement = statementName(model, operation, args);
	let kind: ErrorKind | undefined;
	try {
		return await traced(spanOf(statement), () => run(args));
	} catch (error) {
		kind = errorKindOf(error);
		if (kind) addFailures({ minute: beginOf(Date.now(), MINUTE_MS), kind, count: 1 });
		throw error;
	} finally {
		const ms = performance.now() - startedAt;
		const durations = noDurations();
		durations[placeOf(ms)] = 1;
		const hour = beginOf(Date.now(), HOUR_MS);
		addTimes({ hour, statement, calls: 1, totalMs: ms, slowestMs: ms, durations });
		measuring()?.statement(statement, ms, kind);
		writeSoon();
	}
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A statement by its name alone: parameters are what people wrote. */
const spanOf = (statement: string) => ({
	name: statement,
	kind: 'client' as const,
	attributes: { 'db.system.name': 'postgresql', 'db.query.summary': statement },
	errorType: errorKindOf
});

const beginOf = (at: number, lengthMs: number) => new Date(Math.floor(at / lengthMs) * lengthMs);

/** Adds to what was measured since the last writing. */
export function addTimes(more: Gathered): void {
	const ofHour = timesOf(more.hour);
	const isNew = !ofHour.has(more.statement);
	const statement = isNew && ofHour.size >= STATEMENTS ? OTHERS : more.statement;
	const known = ofHour.get(statement);
	if (!known) {
		ofHour.set(statement, { ...more, statement });
		return;
	}
	known.calls += more.calls;
	known.totalMs += more.totalMs;
	known.slowestMs = Math.max(known.slowestMs, more.slowestMs);
	for (const [place, inside] of more.durations.entries()) {
		known.durations[place] = (known.durations[place] ?? 0) + inside;
	}
}

function timesOf(hour: Date): Map<string, Gathered> {
	const known = times.get(hour.valueOf());
	if (known) return known;
	const ofHour = new Map<string, Gathered>();
	times.set(hour.valueOf(), ofHour);
	const [oldest] = times.keys();
	if (times.size > HOURS && oldest !== undefined) times.delete(oldest);
	return ofHour;
}

/** The same for statements that failed. */
export function addFailures(more: Failures): void {
	const key = `${more.minute.valueOf()} ${more.kind}`;
	const known = failures.get(key);
	if (known) known.count += more.count;
	else if (failures.size < FAILURES) failures.set(key, { ...more });
}

function writeSoon(): void {
	if (!write || performance.now() - writtenAt < WRITE_EVERY_MS) return;
	writtenAt = performance.now();
	defer('statement times', write);
}

/** Hands over what was gathered, and begins anew. */
export function takeRecorded(): Recorded {
	const taken = {
		times: [...times.values()].flatMap((ofHour) => [...ofHour.values()]),
		failures: [...failures.values()]
	};
	times = new Map();
	failures = new Map();
	return taken;
}
