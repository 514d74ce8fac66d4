import { v7 as uuid } from 'uuid';
import type { RelayLine } from '#protocol/events';
import { PROGRAM_SOURCES, type ProgramSource } from '$lib/schemas/logs';
import { BatchWriter, type Batches, type Later } from './batch-writer';
import { count } from './counters';
import { deferFor } from './defer';
import { env } from './env';
import { foreignEntry, setLogKeeper, type LogEntry } from './log';
import { insertLogLines, type LogLine } from './services/log-lines';
import { switchValue } from './switches';

const BATCH_LINES = 500;
const BUFFER_LINES = 5_000;
const MESSAGE_CHARS = 1_000;
const FIELDS_CHARS = 16_000;
/** What is left of fields that are longer: escaping it once more makes it at most twice as long. */
const CUT_CHARS = 8_000;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Keeps log lines in the database: buffered, and written in batches by nobody's request.
 *
 * While the database is away the buffer fills, and beyond it the oldest lines are dropped and counted; the
 * count becomes a line itself as soon as lines can be written again. Nothing in here logs.
 */
export class LogStore {
	#lines: LogLine[] = [];
	#dropped = 0;
	readonly #writer: BatchWriter<Batch>;

	/**
	 * @param write takes one batch
	 * @param later runs the work in so many milliseconds
	 */
	constructor(
		readonly write: (lines: LogLine[]) => Promise<void> = insertLogLines,
		later: Later = (ms, work) => deferFor('store-log-lines', ms, work)
	) {
		const batches: Batches<Batch> = {
			take: () => this.#take(),
			write: async ({ lines, told }) => {
				await this.write(told ? [...lines, told.line] : lines);
				this.#dropped -= told?.lines ?? 0;
			},
			// What the database refuses it would refuse again.
			refused: ({ lines }) => {
				this.#drop(lines.length);
				return [];
			}
		};
		this.#writer = new BatchWriter(batches, later);
	}

	/** Lines that were given up and not told of yet. */
	get dropped(): number {
		return this.#dropped;
	}

	push(line: LogLine): void {
		this.#lines.push(line);
		const excess = this.#lines.length - BUFFER_LINES;
		if (excess > 0) this.#drop(this.#lines.splice(0, excess).length);
		this.#writer.schedule();
	}

	/** Writes what is buffered, batch after batch, until it is empty or the database is away. It never throws. */
	async flush(): Promise<void> {
		await this.#writer.flush();
	}

	#take(): Batch | undefined {
		const lines = this.#lines.splice(0, BATCH_LINES);
		if (lines.length === 0) return undefined;
		const dropped = this.#dropped;
		return dropped > 0
			? { lines, told: { lines: dropped, line: droppedLine(dropped) } }
			: { lines };
	}

	#drop(lines: number) {
		this.#dropped += lines;
		count('logs.dropped', lines);
	}
}

/** Lines, and how many were dropped before them. */
interface Batch {
	lines: LogLine[];
	told?: { lines: number; line: LogLine };
}

const droppedLine = (lines: number): LogLine => ({
	...storedLine({
		timestamp: new Date().toISOString(),
		level: 'warn',
		message: 'Log lines were dropped'
	}),
	fields: JSON.stringify({ lines })
});

/**
 * An entry of the log as the database takes it: bounded, and ids only where they are ids. It has its own from here on:
 * where it is not known whether a batch was written, it can be written again.
 */
export function storedLine({ timestamp, level, message, ...rest }: LogEntry): LogLine {
	const { requestId, route, userId, runId, source, ...others } = rest;
	const fields: Record<string, unknown> = { ...others };
	const idIn = (name: string, value: unknown) => {
		if (typeof value === 'string' && ID.test(value)) return value;
		if (value !== undefined) fields[name] = value;
		return null;
	};
	return {
		id: uuid(),
		at: new Date(timestamp),
		level,
		message: cut(message, MESSAGE_CHARS),
		source: isSource(source) ? source : 'app',
		release: env().release.slice(0, 64),
		route: typeof route === 'string' ? cut(route, 300) : null,
		requestId: typeof requestId === 'string' ? cut(requestId, 64) : null,
		userId: idIn('userId', userId),
		runId: idIn('runId', runId),
		fields: boundedJson(fields)
	};
}

const isSource = (value: unknown): value is ProgramSource =>
	PROGRAM_SOURCES.some((one) => one === value);

/** The beginning of a text, without half of a character at its end. */
const cut = (text: string, chars: number) =>
	text.length > chars ? `${text.slice(0, chars - 1)}…`.toWellFormed() : text;

function boundedJson(fields: object): string {
	const json = JSON.stringify(fields);
	return json.length <= FIELDS_CHARS ? json : JSON.stringify({ cut: cut(json, CUT_CHARS) });
}

let store: LogStore | undefined;

/** From here on lines are kept in the database as well, while the switch says so. */
export function startLogStore(): void {
	const started = (store = new LogStore());
	setLogKeeper((entry) => {
		if (switchValue('logStore')) started.push(storedLine(entry));
	});
}

/** Keeps lines that a relay wrote, as its own: each once, however often they come. They are in its output already. */
export function keepRelayLines(lines: readonly RelayLine[], relayId: string): void {
	if (!store || !switchValue('logStore')) return;
	for (const { id, atMs, level, message, fields } of lines) {
		const said = { level, message, at: new Date(atMs) };
		const entry = foreignEntry(said, { ...fields, relay: relayId, source: 'relay' });
		// Which build of the app heard it says nothing of the relay's.
		store.push({ ...storedLine(entry), id, release: '' });
	}
}

/** Writes what is still buffered, before the process ends. */
export async function flushLogStore(): Promise<void> {
	await store?.flush();
}
