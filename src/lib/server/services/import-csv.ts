import { parse } from 'csv-parse';
import { parse as parseWhole } from 'csv-parse/sync';
import { isColumn } from '$lib/transfer-columns';
import { Table, type Line } from './import-csv-rows';
import type { FilePart } from './import-json-reader';
import { unreadable } from './import-problems';

/** A table of ideas, one a line; a line of the kind `feature` belongs to the idea above it. */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FilePart> {
	const { start, rest } = await begun(bytes);
	const told = TOLD.exec(start);
	const table = parse({
		bom: true,
		info: true,
		relax_column_count: true,
		skip_empty_lines: true,
		delimiter: told?.[1] ?? delimiterOf(start),
		from_line: told ? 2 : 1,
		// A cell is never longer than the longest text; without this a quote that stays open takes everything.
		max_record_size: 2_000_000
	});
	const done = feed(table, rest);
	const lines = new Table();
	try {
		for await (const line of table as AsyncIterable<Line>) yield* lines.take(line);
		yield* lines.end();
	} catch (error) {
		if (error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')) {
			unreadable(`line ${table.info.lines}`, 'This line is not a line of a CSV file.');
		}
		throw error;
	}
	await done;
}

/** The names of the columns are never longer. */
const MAX_HEAD_BYTES = 65_536;

/** Reads on until the first line is there. @returns it, with what came with it, and everything from there on */
async function begun(bytes: AsyncIterable<Uint8Array>) {
	const pieces = bytes[Symbol.asyncIterator]();
	let start: Buffer = Buffer.alloc(0);
	let isAll = false;
	while (
		!isAll &&
		start.length < MAX_HEAD_BYTES &&
		!/[^\r\n][\r\n]/.test(start.toString('latin1'))
	) {
		const next = await pieces.next();
		if (next.done) isAll = true;
		else start = Buffer.concat([start, next.value]);
	}
	async function* rest() {
		yield start;
		if (!isAll) yield* { [Symbol.asyncIterator]: () => pieces };
	}
	return { start: start.subarray(0, MAX_HEAD_BYTES).toString(), rest: rest() };
}

/** Excel writes what is between the cells into a line of its own. */
const TOLD = /^\uFEFF?sep=(.)\r?\n/;
const DELIMITERS = [',', ';', '\t'];
/** In no text that can be stored, so that a line of a table with one column is one cell. */
const NO_DELIMITER = '\u0000';

/** What is between the cells: what makes most columns of the first line, those that have a meaning above all. */
function delimiterOf(start: string): string {
	const [line = ''] = /[^\r\n]+/.exec(start.replace(/^\uFEFF/, '')) ?? [];
	const columns = DELIMITERS.map((delimiter) => {
		const heads = headsOf(line, delimiter);
		return { delimiter, known: heads.filter(isColumn).length, all: heads.length };
	}).filter(({ all }) => all > 1);
	const [best] = columns.sort((a, b) => b.known - a.known || b.all - a.all);
	return best?.delimiter ?? NO_DELIMITER;
}

function headsOf(line: string, delimiter: string): string[] {
	try {
		return parseWhole(line, { delimiter, relax_quotes: true })[0] ?? [];
	} catch {
		// With another delimiter it may be a line; if with none, reading says so.
		return [];
	}
}

async function feed(table: ReturnType<typeof parse>, bytes: AsyncIterable<Uint8Array>) {
	try {
		for await (const piece of bytes) {
			if (!table.write(piece)) await new Promise((resolve) => table.once('drain', resolve));
		}
		table.end();
	} catch (error) {
		table.destroy(error instanceof Error ? error : new Error(String(error)));
	}
}
