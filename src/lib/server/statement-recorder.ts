import { AsyncLocalStorage } from 'node:async_hooks';
import { errorKindOf, type ErrorKind } from './database-error';
import { defer } from './defer';
import { noDurations, placeOf } from './durations';
import { measuring } from './measures';
import { statementName } from './statement-name';
import { traced } from './tracing';

/** What is gathered is written down at most this often. */
const WRITE_EVERY_MS = 10_000;

/** As many statements as are told apart; what is new beyond them is counted together. */
const STATEMENTS = 300;
const OTHERS = 'others';

/** As many minutes and kinds of failures as wait for a database that is away. */
const FAILURES = 500;

/** How long one statement took, in this process and since the last writing. */
export interface Gathered {
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

let times = new Map<string, Gathered>();
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
		if (kind) addFailures({ minute: minuteOf(Date.now()), kind, count: 1 });
		throw error;
	} finally {
		const ms = performance.now() - startedAt;
		const durations = noDurations();
		durations[placeOf(ms)] = 1;
		addTimes({ statement, calls: 1, totalMs: ms, slowestMs: ms, durations });
		measuring()?.statement(statement, ms, kind);
		writeSoon();
	}
}

/** A statement by its name alone: parameters are what people wrote. */
const spanOf = (statement: string) => ({
	name: statement,
	kind: 'client' as const,
	attributes: { 'db.system.name': 'postgresql', 'db.query.summary': statement },
	errorType: errorKindOf
});

const minuteOf = (at: number) => new Date(Math.floor(at / 60_000) * 60_000);

function addTimes(more: Gathered): void {
	const isNew = !times.has(more.statement);
	const statement = isNew && times.size >= STATEMENTS ? OTHERS : more.statement;
	const known = times.get(statement);
	if (!known) {
		times.set(statement, { ...more, statement });
		return;
	}
	known.calls += more.calls;
	known.totalMs += more.totalMs;
	known.slowestMs = Math.max(known.slowestMs, more.slowestMs);
	for (const [place, inside] of more.durations.entries()) {
		known.durations[place] = (known.durations[place] ?? 0) + inside;
	}
}

function addFailures(more: Failures): void {
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
	const taken = { times: [...times.values()], failures: [...failures.values()] };
	times = new Map();
	failures = new Map();
	return taken;
}

/** Takes back what could not be written, to be written with what came meanwhile. */
export function giveBack({ times, failures }: Recorded): void {
	times.forEach(addTimes);
	failures.forEach(addFailures);
}
