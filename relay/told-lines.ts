import { randomUUID } from 'node:crypto';
import type { RelayLine } from '#protocol/events';
import { WIRE } from '#protocol/limits';
import type { LogFields, LogLevel } from './log.ts';

/** What operators look for, though nothing is wrong. Everything else of level `info` stays in the relay's output. */
export const NEWS = {
	listens: 'Relay listens',
	stops: 'Relay stops',
	drains: 'Relay empties itself',
	hasStopped: 'Relay has stopped',
	registryConnected: 'Registry connected',
	moved: 'Runners have moved to another relay'
} as const;

/** Lines that wait for the app: the oldest go where it is away for long. */
const WAITING_LINES = 500;
/** After a report with lines that was not taken, reports go without any for so long: twice that each time. */
const BACK_OFF_MS = 5_000;
const BACK_OFF_MAX_MS = 120_000;

const isNews = (message: string): boolean =>
	Object.values(NEWS).some((one: string) => one === message);

/**
 * The lines of a relay that its app is told of: what is wrong, and a few that say how it goes. They travel with the
 * reports of presence and never hold one up: after one that was refused they wait, and reports go without them.
 */
export class ToldLines {
	#waiting: RelayLine[] = [];
	#dropped = 0;
	#backOffMs = 0;
	#notBefore = 0;
	#onLine: () => void = () => {};

	/** Lines that wait. */
	get waiting(): number {
		return this.#waiting.length;
	}

	/** Lines that were given up. */
	get dropped(): number {
		return this.#dropped;
	}

	/** Calls whoever reports when there is a line to be told. */
	listen(onLine: () => void): void {
		this.#onLine = onLine;
	}

	/** Keeps a line, where operators look for such ones. */
	push(level: LogLevel, message: string, fields: LogFields = {}): void {
		if (level === 'debug' || (level === 'info' && !isNews(message))) return;
		const line = { id: randomUUID(), atMs: Date.now(), level };
		this.#waiting.push({ ...line, message: cut(message), fields: bounded(fields) });
		const excess = this.#waiting.length - WAITING_LINES;
		if (excess > 0) this.#dropped += this.#waiting.splice(0, excess).length;
		if (this.isDue) this.#onLine();
	}

	/** Whether lines wait that may be told now. */
	get isDue(): boolean {
		return this.#waiting.length > 0 && performance.now() >= this.#notBefore;
	}

	/** What the next report has of them. They stay until it was taken. */
	next(): RelayLine[] {
		return this.isDue ? this.#waiting.slice(0, WIRE.linesPerReport) : [];
	}

	/** What the last report has of them: the newest, whatever was refused before. */
	last(): RelayLine[] {
		return this.#waiting.slice(-WIRE.linesPerReport);
	}

	/** A report with these lines was taken. */
	taken(lines: readonly RelayLine[]): void {
		if (lines.length === 0) return;
		const ids = new Set(lines.map(({ id }) => id));
		this.#waiting = this.#waiting.filter(({ id }) => !ids.has(id));
		this.#backOffMs = 0;
	}

	/** A report with these lines was not taken: the app is away, or it is the lines that it does not take. */
	refused(lines: readonly RelayLine[]): void {
		if (lines.length === 0) return;
		this.#backOffMs = Math.min(BACK_OFF_MAX_MS, this.#backOffMs * 2 || BACK_OFF_MS);
		this.#notBefore = performance.now() + this.#backOffMs;
	}
}

const cut = (text: string): string => text.slice(0, WIRE.lineChars).toWellFormed();

function bounded(fields: LogFields): RelayLine['fields'] {
	const told = Object.entries(fields).flatMap(([name, value]) =>
		value === undefined
			? []
			: [[cut(name), typeof value === 'string' ? cut(value) : value] as const]
	);
	return Object.fromEntries(told);
}
