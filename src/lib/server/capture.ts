import type { Breadcrumb, ReportedError } from '$lib/schemas/errors';
import type { ProgramSource } from '$lib/schemas/logs';
import { isDatabaseUnreachable } from './database-error';
import { defer, deferFor, setDeferredErrorKeeper } from './defer';
import { env } from './env';
import { culpritOf, fingerprintOf, scrub } from './fingerprint';
import { log } from './log';
import { requestContext } from './request-context';
import { sendToSentry } from './sentry';
import { resolveStack } from './source-maps';
import {
	laneOf,
	overflowOf,
	writeErrors,
	type ErrorEvent,
	type ErrorLane,
	type ErrorsOfAGroup
} from './services/error-groups';

const FLUSH_MS = 1_000;
const RETRY_MS = 5_000;
/** Kinds of errors that are held at once; more become one group. Browsers and runners take no place of the others. */
const GROUPS: Record<ErrorLane, number> = { browser: 50, runner: 50, others: 200 };
/** Of each kind that many are written whole; the others are counted. */
const EVENTS = 3;
const PEOPLE = 100;
const KIND_CHARS = 80;
const MESSAGE_CHARS = 1_000;
const STACK_CHARS = 8_000;
/** Of a browser's stack that many lines are looked up before it is kept. */
const FRAMES = 10;
const PLACE_CHARS = 300;
const ID_CHARS = 64;
const TAGS = 10;
const TAG_CHARS = 100;

/** What else is known of an error. */
export interface Captured {
	/** What was being done: `{ feature: 'import', action: 'confirm' }`. Nothing personal. */
	tags?: Record<string, string>;
}

/**
 * Gathers errors in memory and writes them once a second: a storm of one kind is one row that counts. Whatever
 * goes wrong in here goes to stderr and nowhere else.
 */
export class ErrorCollector {
	#groups = new Map<string, ErrorsOfAGroup>();
	#isScheduled = false;
	#isAway = false;
	#writing: Promise<void> | undefined;

	/**
	 * @param write takes what was gathered
	 * @param later runs the work in so many milliseconds
	 */
	constructor(
		readonly write: (groups: ErrorsOfAGroup[]) => Promise<void> = writeErrors,
		readonly later = (ms: number, work: () => Promise<void>) => deferFor('store-errors', ms, work)
	) {}

	add(event: ErrorEvent): void {
		const fingerprint = fingerprintOf(event);
		const { source, kind, message } = event;
		const isKnown = this.#groups.has(fingerprint) || hasPlace(this.#groups, source);
		const group = this.#groupOf(
			isKnown
				? {
						fingerprint,
						source,
						kind,
						message,
						culprit: bounded(culpritOf(event), PLACE_CHARS)
					}
				: overflowOf(source),
			event
		);
		count(group, event);
		this.#schedule(FLUSH_MS);
	}

	/** Writes what was gathered. It never throws. */
	flush(): Promise<void> {
		this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
		return this.#writing;
	}

	#groupOf(
		about: Pick<ErrorsOfAGroup, 'fingerprint' | 'source' | 'kind' | 'message' | 'culprit'>,
		{ at, release }: ErrorEvent
	): ErrorsOfAGroup {
		const known = this.#groups.get(about.fingerprint);
		if (known) return known;
		const group = {
			...about,
			count: 0,
			firstAt: at,
			lastAt: at,
			release,
			hours: new Map<string, number>(),
			people: new Set<string>(),
			events: []
		};
		this.#groups.set(about.fingerprint, group);
		return group;
	}

	#schedule(ms: number) {
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		this.later(ms, async () => {
			this.#isScheduled = false;
			await this.flush();
			if (this.#groups.size > 0) this.#schedule(RETRY_MS);
		});
	}

	/** Also what comes while it is written, until nothing is left or the database is away. */
	async #writeAll(): Promise<void> {
		this.#isAway = false;
		while (this.#groups.size > 0 && !this.#isAway) await this.#writeGathered();
	}

	async #writeGathered(): Promise<void> {
		const gathered = this.#groups;
		this.#groups = new Map();
		try {
			await this.write([...gathered.values()]);
		} catch (error) {
			if (isDatabaseUnreachable(error)) this.#takeBack(gathered);
			else if (gathered.size > 1) await this.#writeSingly(gathered);
			else console.error('Errors could not be stored:', error);
		}
	}

	/** What is refused together is written one by one, so that what is wrong with one loses only itself. */
	async #writeSingly(gathered: Map<string, ErrorsOfAGroup>): Promise<void> {
		const refusals: unknown[] = [];
		for (const [fingerprint, group] of gathered) {
			try {
				await this.write([group]);
			} catch (error) {
				if (isDatabaseUnreachable(error)) {
					this.#takeBack(gathered);
					break;
				}
				refusals.push(error);
			}
			gathered.delete(fingerprint);
		}
		if (refusals.length > 0)
			console.error('Errors could not be stored:', refusals.length, refusals[0]);
	}

	/** What could not be written waits, with what came meanwhile. */
	#takeBack(gathered: Map<string, ErrorsOfAGroup>) {
		this.#isAway = true;
		const meanwhile = this.#groups;
		this.#groups = gathered;
		for (const [fingerprint, newer] of meanwhile) {
			const older = gathered.get(fingerprint);
			if (older) merge(older, newer);
			else if (hasPlace(gathered, newer.source)) gathered.set(fingerprint, newer);
			else {
				const overflow = overflowOf(newer.source);
				const known = gathered.get(overflow.fingerprint);
				if (known) merge(known, newer);
				else gathered.set(overflow.fingerprint, { ...newer, ...overflow });
			}
		}
	}
}

function hasPlace(groups: Map<string, ErrorsOfAGroup>, from: ProgramSource): boolean {
	const lane = laneOf(from);
	const held = [...groups.values()].filter(({ source }) => laneOf(source) === lane);
	return held.length < GROUPS[lane];
}

/** Counts one event, and keeps it whole where few are kept. The latest take the place of those in the middle. */
function count(group: ErrorsOfAGroup, event: ErrorEvent) {
	group.count += 1;
	if (event.at > group.lastAt) group.lastAt = event.at;
	group.release = event.release;
	if (group.fingerprint !== overflowOf(group.source).fingerprint) group.message = event.message;
	const hour = event.at.toISOString().slice(0, 13);
	group.hours.set(hour, (group.hours.get(hour) ?? 0) + 1);
	if (event.userId && group.people.size < PEOPLE) group.people.add(event.userId);
	if (group.events.length < EVENTS) group.events.push(event);
	else group.events[EVENTS - 1] = event;
}

function merge(older: ErrorsOfAGroup, newer: ErrorsOfAGroup) {
	older.count += newer.count;
	older.lastAt = newer.lastAt;
	older.release = newer.release;
	for (const [hour, n] of newer.hours) older.hours.set(hour, (older.hours.get(hour) ?? 0) + n);
	for (const person of newer.people) if (older.people.size < PEOPLE) older.people.add(person);
	older.events = [...older.events, ...newer.events].slice(-EVENTS);
}

let collector: ErrorCollector | undefined;
const seen = new WeakSet<object>();

/** From here on errors are kept in groups. */
export function startErrorCollector(): void {
	collector = new ErrorCollector(async (groups) => {
		await nameSources(groups);
		tellSentry(groups);
		await writeErrors(groups);
	});
	setDeferredErrorKeeper((error, work) => captureException(error, { tags: { work } }));
}

/**
 * Stacks of browsers name their sources from the first on, while the maps of their release are at hand. Anybody can send
 * stacks, so not all of a long one is looked up: the rest is, when an admin looks at it.
 */
async function nameSources(groups: ErrorsOfAGroup[]): Promise<void> {
	const events = groups.flatMap((group) => (group.source === 'browser' ? group.events : []));
	for (const event of events) {
		event.stack = (await resolveStack(event.stack, FRAMES)).slice(0, STACK_CHARS).toWellFormed();
	}
}

const telling = new Set<Promise<void>>();

/** No writing waits for Sentry. */
function tellSentry(groups: ErrorsOfAGroup[]): void {
	const told = sendToSentry(groups).finally(() => telling.delete(told));
	telling.add(told);
	defer('send-to-sentry', () => told);
}

/** Writes what is still gathered, before the process ends. */
export async function flushErrors(): Promise<void> {
	await collector?.flush();
	await Promise.all(telling);
}

/**
 * Keeps an error for whoever looks after Coda, in its group. It changes nothing for the caller, who throws it on
 * or deals with it; an error that is captured on its way up is counted once.
 */
export function captureException(error: unknown, { tags = {} }: Captured = {}): void {
	if (!collector) return;
	try {
		if (typeof error === 'object' && error !== null) {
			if (seen.has(error)) return;
			seen.add(error);
		}
		collector.add(eventOf(partsOf(error), { source: 'app', release: env().release, tags }));
	} catch (cause) {
		console.error('An error could not be captured:', cause);
	}
}

/**
 * Keeps an error that another program tells of, and writes a line in its name. Of browsers there is none: anybody can
 * send their reports, and the group has what they say.
 */
export function takeReported(
	{ release, route, ...reported }: ReportedError,
	source: Exclude<ProgramSource, 'app'>,
	{ userId, tags = {} }: Captured & { userId?: string } = {}
): void {
	try {
		const event = eventOf(reported, { source, release, route: route || null, tags });
		// Whoever's computer it is has no session.
		event.userId = userId ?? event.userId;
		const { kind, message: problem } = event;
		if (source !== 'browser') {
			log('warn', `Error in a ${source}`, { source, kind, problem, place: event.route });
		}
		collector?.add(event);
	} catch (cause) {
		console.error('A reported error could not be captured:', cause);
	}
}

/** Where an error was noticed. */
interface About {
	source: ProgramSource;
	release: string;
	tags: Record<string, string>;
	route?: string | null;
}

/** An error in its parts. */
interface Parts {
	kind: string;
	message: string;
	stack: string;
	breadcrumbs?: Breadcrumb[];
}

function eventOf({ kind, message, stack, breadcrumbs = [] }: Parts, about: About): ErrorEvent {
	const { requestId = null, route = null, userId = null } = requestContext() ?? {};
	return {
		...about,
		at: new Date(),
		kind: bounded(kind, KIND_CHARS),
		message: bounded(message, MESSAGE_CHARS),
		stack: bounded(stack, STACK_CHARS),
		release: bounded(about.release, ID_CHARS),
		route: orNull(about.route === undefined ? route : about.route, PLACE_CHARS),
		requestId: orNull(requestId, ID_CHARS),
		userId,
		tags: boundedTags(about.tags),
		breadcrumbs: breadcrumbs.map((one) => ({ ...one, path: bounded(one.path, PLACE_CHARS) }))
	};
}

/** A text as it is kept: without secrets, no longer than so, and without half of a character at its end. */
const bounded = (text: string, chars: number) => scrub(text).slice(0, chars).toWellFormed();

const orNull = (text: string | null, chars: number) =>
	text === null ? null : bounded(text, chars);

const boundedTags = (tags: Record<string, string>) =>
	Object.fromEntries(
		Object.entries(tags)
			.slice(0, TAGS)
			.map((pair) => pair.map((text) => bounded(text, TAG_CHARS)))
	) as Record<string, string>;

function partsOf(error: unknown): Parts {
	if (!(error instanceof Error)) return { kind: 'Thrown', message: String(error), stack: '' };
	const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
	return { kind: `${error.name}${code}`, message: error.message, stack: stackOf(error) };
}

/** The stack of an error, and under it those of its causes. */
function stackOf({ stack = '', cause }: Error, depth = 3): string {
	if (!(cause instanceof Error) || depth === 0) return stack;
	return `${stack}\nCaused by: ${stackOf(cause, depth - 1)}`;
}
