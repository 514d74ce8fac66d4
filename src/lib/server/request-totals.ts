import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriter } from './batch-writer';
import { count } from './counters';
import { isDatabaseUnreachable } from './database-error';
import { defer } from './defer';
import { noDurations, placeOf } from './durations';
import { env } from './env';
import { log } from './log';
import { maintenanceNow } from './maintenance';
import { noteRelease } from './services/releases';
import { addRequestTotals, type RequestTotalRow } from './services/request-totals';
import { switchValue } from './switches';

/*
 * What this process has answered is added up in memory and written a few seconds later, in one statement. Nothing
 * waits for it. What cannot be written is kept and tried again, within bounds.
 */

/** From the first request that is counted until all since then are written. */
const GATHERED_MS = 3_000;
/** Sums in memory: several hours of an outage. */
const KEPT_ROWS = 5_000;
/** Routes and procedures are the program's own, so this many of one minute would be a fault. */
const ROWS_PER_MINUTE = 1_000;
const MINUTE_MS = 60_000;

/** A request that was answered, or a call inside of one. */
export interface Answered {
	source: 'page' | 'api' | 'call' | 'operation' | 'probe';
	method: 'read' | 'write';
	/** The name of the route or of the procedure; never an address, which may hold anything. */
	route: string;
	status: number;
	durationMs: number;
	/** Whether it touched no database. What touched none must not wake it to be counted. */
	isQuiet?: boolean;
}

/** Of which row a request is. */
type Kind = Pick<Answered, 'source' | 'method' | 'route'>;

/** Where the bytes of an answer are added once they are known. */
export type AddBytes = (bytes: number) => void;

let rows = new Map<string, RequestTotalRow>();
let kindsOfMinute = { startsAt: 0, keys: new Set<string>() };
let wake: AbortController | undefined;
let isEnding = false;
let isWritten = false;
let isReleaseNoted = false;

/** Adds an answer to the sums of its minute, while the switch says so. */
export function countAnswered(answered: Answered): AddBytes {
	if (!switchValue('requestTotals')) return () => undefined;
	const row = rowOf(answered);
	const { status, durationMs, isQuiet = false } = answered;
	row.requests += 1;
	if (status >= 300 && status < 400) row.redirected += 1;
	if (status >= 400 && status < 500) row.refused += 1;
	if (status >= 500) {
		row.failed += 1;
		// What maintenance answers was meant.
		if (status !== 503 || maintenanceNow().mode === 'off') row.errors += 1;
	}
	const place = placeOf(durationMs);
	row.durations[place] = (row.durations[place] ?? 0) + 1;
	if (!isQuiet) writeSoon();
	return (bytes) => {
		// The row may have been written meanwhile: a file can take minutes to leave.
		rowOf(answered).bytes += bytes;
	};
}

function rowOf({ source, method, route }: Kind): RequestTotalRow {
	const startsAt = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
	const key = `${startsAt} ${source} ${method} ${route}`;
	const known = rows.get(key);
	if (known) return known;
	if (kindsOfMinute.startsAt !== startsAt) kindsOfMinute = { startsAt, keys: new Set() };
	// A row that was written is made anew; it is still the same.
	const { keys } = kindsOfMinute;
	if (!keys.has(key) && keys.size >= ROWS_PER_MINUTE && route !== OTHER) {
		return rowOf({ source, method, route: OTHER });
	}
	keys.add(key);
	const row = {
		...{ startsAt: new Date(startsAt), source, method, route, release: env().release },
		...{ requests: 0, redirected: 0, refused: 0, failed: 0, errors: 0, bytes: 0 },
		durations: noDurations()
	};
	rows.set(key, row);
	if (rows.size > KEPT_ROWS) dropOldest();
	return row;
}

/** Where everything goes that would be too many rows. */
const OTHER = '(other)';

/** One writing is on its way at a time: it takes what comes until it begins. */
function writeSoon(): void {
	if (wake) return;
	const waking = (wake = new AbortController());
	const write = async () => {
		const isDone = await writeRequestTotals();
		wake = undefined;
		// What came meanwhile found this one on its way. While the database is away, the next request tries again.
		if (isDone && rows.size > 0) writeSoon();
	};
	// Woken early when the process ends.
	const gather = () => sleep(isEnding ? 0 : GATHERED_MS, undefined, waking).catch(() => undefined);
	defer('request totals', write, gather);
}

/** Lets what is gathered be written now: the process ends, and whoever waits for deferred work waits for it. */
export function hurryRequestTotals(): void {
	isEnding = true;
	if (rows.size > 0 || writer.isHolding) writeSoon();
	wake?.abort();
}

const writer = new BatchWriter<RequestTotalRow[]>({
	takesOnce: true,
	take() {
		if (rows.size === 0) return undefined;
		const taken = [...rows.values()];
		rows = new Map();
		return taken;
	},
	async write(taken, mark) {
		await addRequestTotals(taken, mark);
		isWritten = true;
	},
	refused(taken, error) {
		count('totals.dropped', requestsOf(taken));
		log('error', 'Request totals could not be written', { error });
		return [];
	}
});

/** Writes what was gathered. What finds no database stays for the next time. @returns whether nothing stays */
export async function writeRequestTotals(): Promise<boolean> {
	// A copy that is made of the database meanwhile should miss nothing.
	if (maintenanceNow().mode === 'read-only') return false;
	if (!(await writer.flush())) return false;
	if (isWritten) await noteReleaseOnce();
	return true;
}

/** The totals are written by now: what goes wrong here may not count them again. The next writing tries again. */
async function noteReleaseOnce(): Promise<void> {
	if (isReleaseNoted) return;
	try {
		await noteRelease();
		isReleaseNoted = true;
	} catch (error) {
		if (!isDatabaseUnreachable(error)) log('error', 'The release could not be noted', { error });
	}
}

function dropOldest(): void {
	const [oldest] = rows;
	if (!oldest) return;
	const [key, row] = oldest;
	rows.delete(key);
	count('totals.dropped', row.requests);
}

const requestsOf = (dropped: RequestTotalRow[]) =>
	dropped.reduce((sum, { requests }) => sum + requests, 0);
