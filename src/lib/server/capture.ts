import type { Breadcrumb, ReportedError } from '$lib/schemas/errors';
import type { ProgramSource } from '$lib/schemas/logs';
import { BatchWriter, type Batches, type BatchMark, type Later } from './batch-writer';
import { defer, deferFor, setDeferredErrorKeeper } from './defer';
import { env } from './env';
import { culpritOf, fingerprintOf, scrub } from './fingerprint';
import { log } from './log';
import { requestContext } from './request-context';
import { markFailed, traceFields } from './tracing';
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
	#refusals: unknown[] = [];
	readonly #writer: BatchWriter<ErrorsOfAGroup[]>;

	/**
	 * @param write takes what was gathered
	 * @param later runs the work in so many milliseconds
	 */
	constructor(
		readonly write: (groups: ErrorsOfAGroup[], mark: BatchMark) => Promise<void> = writeErrors,
		later: Later = (ms, work) => deferFor('store-errors', ms, work)
	) {
		const batches: Batches<ErrorsOfAGroup[]> = {
			take: () => this.#take(),
			write: (groups, mark) => this.write(groups, mark),
			// What is refused together is written one by one, so that what is wrong with one loses only itself.
			refused: (groups, error) => {
				if (groups.length > 1) return groups.map((group) => [group]);
				this.#refusals.push(error);
				return [];
			},
			ended: () => this.#tellRefusals()
		};
		this.#writer = new BatchWriter(batches, later);
	}

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
		this.#writer.schedule();
	}

	/** Writes what was gathered, and what comes meanwhile, until nothing is left or the database is away. It never throws. */
	async flush(): Promise<void> {
		await this.#writer.flush();
	}

	#take(): ErrorsOfAGroup[] | undefined {
		if (this.#groups.size === 0) return undefined;
		const gathered = [...this.#groups.values()];
		this.#groups = new Map();
		return gathered;
	}

	#tellRefusals() {
		const refusals = this.#refusals;
		if (refusals.length === 0) return;
		this.#refusals = [];
		console.error('Errors could not be stored:', refusals.length, refusals[0]);
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
}

function hasPlace(groups: Map<string, ErrorsOfAGroup>, from: ProgramSource): boolean {
	const lane = laneOf(from);
	let held = 0;
	for (const { source } of groups.values()) if (laneOf(source) === lane) held += 1;
	return held < GROUPS[lane];
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

let collector: ErrorCollector | undefined;
const seen = new WeakSet<object>();

/** From here on errors are kept in groups. */
export function startErrorCollector(): void {
	collector = new ErrorCollector(async (groups, mark) => {
		await nameSources(groups);
		tellSentry(groups);
		await writeErrors(groups, mark);
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
const toldSentry = new WeakSet<ErrorsOfAGroup>();

/** No writing waits for Sentry, and what is written again is not told again. */
function tellSentry(groups: ErrorsOfAGroup[]): void {
	const untold = groups.filter((group) => !toldSentry.has(group));
	if (untold.length === 0) return;
	for (const group of untold) toldSentry.add(group);
	const told = sendToSentry(untold).finally(() => telling.delete(told));
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
	markFailed(error);
	if (!collector) return;
	try {
		if (typeof error === 'object' && error !== null) {
			if (seen.has(error)) return;
			seen.add(error);
		}
		const { traceId } = traceFields() ?? {};
		collector.add(
			eventOf(partsOf(error), {
				source: 'app',
				release: env().release,
				tags: { ...tags, ...(traceId && { trace: traceId }) }
			})
		);
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
