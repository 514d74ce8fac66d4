import {
	SWITCH_NAMES,
	SWITCH_SHAPES,
	type SwitchName,
	type SwitchValues
} from '$lib/schemas/switches';
import { db } from './db';
import { defer } from './defer';
import { log, setLogLevelSource } from './log';
import { SWITCHES } from './switch-table';
import { within } from './within';

/*
 * Switches are read at every turn, so they are read from memory. The memory is renewed by one statement
 * in the background of requests, at most every two seconds. Where nothing was asked for longer than four, a
 * request waits for the answer: whatever was switched holds after five seconds, in every process.
 */

const REFRESH_MS = 2_000;
const STALE_MS = 4_000;
const WAIT_MS = 1_000;
/** Before the first answer nobody knows what holds, so that is waited for as long as a connection may take. */
const FIRST_WAIT_MS = 5_000;

/** A switch that is not at its default. */
interface Stored {
	value: unknown;
	setAt: Date;
	setBy: string | null;
	expiresAt: Date | null;
}

/** How a switch stands, and why. */
export interface SwitchNow<Name extends SwitchName = SwitchName> {
	value: SwitchValues[Name];
	/** Whoever set it, when, and until when; absent while it stands at its default. */
	set?: Omit<Stored, 'value'>;
	/** What in the environment decides, whatever was set. */
	forcedBy?: string;
}

let stored: ReadonlyMap<SwitchName, Stored> = new Map();
/** Moments of `performance.now()`, which no change of the machine's time moves. */
let readAt = -Infinity;
let triedAt = -Infinity;
/** Unix time of the database minus `performance.now()`. */
let databaseOffset = performance.timeOrigin;
let reading: Promise<void> | undefined;
/** The last attempt failed or let a request wait in vain: until one succeeds, nobody waits again soon. */
let isLost = false;

/** How a switch stands now. It asks nothing and waits for nothing. */
export function switchNow<Name extends SwitchName>(name: Name): SwitchNow<Name> {
	const { fallback, forced } = SWITCHES[name];
	const known = stored.get(name);
	const isOver = known?.expiresAt && known.expiresAt.valueOf() <= databaseTime();
	const set = isOver ? undefined : known;
	const force = forced?.();
	return {
		// Only what fits the shape gets into `stored`.
		value: force ? force.value : set ? (set.value as SwitchValues[Name]) : fallback(),
		set: set && { setAt: set.setAt, setBy: set.setBy, expiresAt: set.expiresAt },
		forcedBy: force?.by
	};
}

/** What a switch says now. */
export const switchValue = <Name extends SwitchName>(name: Name): SwitchValues[Name] =>
	switchNow(name).value;

/** The time of the database, as a Unix time in milliseconds: switches begin and end by it everywhere. */
export const databaseTime = (): number => databaseOffset + performance.now();

/**
 * Makes sure that the memory is fresh enough for what comes next: called once by each request, and by the
 * clock before each task. It waits only where the memory is too old, and not for a database that was just
 * found lost: then what was known last goes on to hold. Long after that it may be back, so one waits again.
 */
export async function freshSwitches(): Promise<void> {
	const now = performance.now();
	const age = now - readAt;
	if (age < REFRESH_MS) return;
	if (!reading && now - triedAt >= REFRESH_MS) defer('read-switches', attempt);
	if (age < STALE_MS || (isLost && now - triedAt < STALE_MS)) return;
	await within(readAt > -Infinity ? WAIT_MS : FIRST_WAIT_MS, attempt());
	if (performance.now() - readAt > STALE_MS) isLost = true;
}

/** Reads the switches now, for whoever has just changed one. @throws what the database threw */
export async function readSwitches(): Promise<void> {
	const rows = await db.$queryRaw<(Stored & { name: string; now: Date })[]>`
		SELECT name, value, set_at AS "setAt", set_by AS "setBy", expires_at AS "expiresAt", now() AS now
		FROM switches WHERE expires_at IS NULL OR expires_at > now()`;
	readAt = performance.now();
	if (rows[0]) databaseOffset = rows[0].now.valueOf() - readAt;
	stored = new Map(rows.flatMap(asStored));
	isLost = false;
}

/** One attempt for all who wait. It never throws: a lost database is no news to a switch. */
function attempt(): Promise<void> {
	if (reading) return reading;
	triedAt = performance.now();
	reading = readSwitches()
		.catch((error: unknown) => {
			if (!isLost) log('warn', 'Switches could not be read: the last known ones hold', { error });
			isLost = true;
		})
		.finally(() => {
			reading = undefined;
		});
	return reading;
}

/** What another release has stored in another shape is as if it were not there. */
function asStored({ name, value, setAt, setBy, expiresAt }: Stored & { name: string }) {
	const known = SWITCH_NAMES.find((one) => one === name);
	const parsed = known && SWITCH_SHAPES[known].safeParse(value);
	if (!known || !parsed?.success) {
		log('warn', 'A switch has a value that this release does not know', { switch: name });
		return [];
	}
	return [[known, { value: parsed.data, setAt, setBy, expiresAt }] as const];
}

// The log may not ask for switches itself: reading them is logged.
setLogLevelSource(() => (stored.has('logLevel') ? switchValue('logLevel') : undefined));

/** Whether whoever has no account may get one. */
export const signUpsAreOpen = (): boolean => switchValue('signUps');

/** Whether page views are counted: in production, and where a developer wants to see it. */
export const analyticsAreOn = (): boolean => switchValue('analytics');

/** One visitor of so many is counted, and counts for as many. */
export const viewSampling = (): number => switchValue('viewSampling');

/** Whether computers can be paired and used. */
export const devModeIsOn = (): boolean => switchValue('devMode');

/** What every limit on how often is multiplied by: 0.1 to 10. */
export const rateMultiplier = (): number => switchValue('rateMultiplier');
