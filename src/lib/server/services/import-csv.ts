import { parse } from 'csv-parse';
import { parse as parseWhole } from 'csv-parse/sync';
import { columnOf, type Column } from '$lib/transfer-columns';
import { textOfCell } from './csv-cells';
import type { FilePart } from './import-json-reader';
import { unreadable } from './import-problems';

/**
 * A table of ideas, one a line; a line of the kind `feature` belongs to the idea above it. The first line names
 * the columns; unknown ones are left out.
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FilePart> {
	const { start, rest } = await begun(bytes);
	const table = parse({
		bom: true,
		info: true,
		relax_column_count: true,
		skip_empty_lines: true,
		delimiter: delimiterOf(start),
		// A cell is never longer than the longest text; without this a quote that stays open takes everything.
		max_record_size: 2_000_000
	});
	const done = feed(table, rest);
	let heads: (Column | undefined)[] | undefined;
	let [ideaIndex, featureIndex] = [-1, -1];
	try {
		for await (const { record: cells, info } of table as AsyncIterable<Line>) {
			const path = `line ${info.lines}`;
			if (!heads) {
				heads = cells.map(columnOf);
				if (!heads.includes('title')) {
					unreadable(path, 'No column is called “Title”. The first line names the columns.');
				}
				continue;
			}
			if (cells.slice(heads.length).some(Boolean)) {
				unreadable(path, 'This line has more cells than the first line has columns.');
			}
			const row = rowOf(heads, cells);
			if (row.kind?.trim().toLowerCase() === 'feature') {
				if (ideaIndex < 0) unreadable(path, 'A feature stands above the first idea.');
				featureIndex += 1;
				yield { kind: 'feature', ideaIndex, featureIndex, value: featureOf(row) };
			} else {
				ideaIndex += 1;
				featureIndex = -1;
				yield { kind: 'idea', ideaIndex, value: ideaOf(row) };
			}
		}
	} catch (error) {
		if (error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')) {
			unreadable(`line ${table.info.lines}`, 'This line is not a line of a CSV file.');
		}
		throw error;
	}
	await done;
}

/** A line of the table, and which one it is in the file. */
interface Line {
	record: string[];
	info: { lines: number };
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

const DELIMITERS = [',', ';', '\t'];
/** In no text that can be stored, so that a line of a table with one column is one cell. */
const NO_DELIMITER = '\u0000';

/** What is between the cells: what makes most columns of the first line, those that have a meaning above all. */
function delimiterOf(start: string): string {
	const [line = ''] = /[^\r\n]+/.exec(start.replace(/^\uFEFF/, '')) ?? [];
	const columns = DELIMITERS.map((delimiter) => {
		const heads = headsOf(line, delimiter);
		return { delimiter, known: heads.filter(columnOf).length, all: heads.length };
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

type Row = Partial<Record<Column, string>>;

/** Cells under their columns. */
const rowOf = (heads: (Column | undefined)[], cells: string[]): Row =>
	Object.fromEntries(
		heads.flatMap((column, at) => {
			const cell = cells[at];
			return column && cell !== undefined ? [[column, textOfCell(cell)]] : [];
		})
	);

const STARS: Record<string, string> = { '': 'none', '*': 'star', '**': 'super', yes: 'star' };
const NOT_DONE = new Set(['', 'no', 'false', '0', 'open', 'todo', 'to do']);

const given = <T>(cell: string | undefined, read: (cell: string) => T): T | undefined =>
	cell === undefined ? undefined : read(cell);

/** Leaves out what the table has no column for. */
const present = (fields: Record<string, unknown>) =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function common(row: Row) {
	const star = row.star?.trim().toLowerCase();
	return {
		id: row.id?.trim() || undefined,
		title: row.title ?? '',
		notes: row.notes,
		star: star === undefined ? undefined : (STARS[star] ?? star),
		visibility: row.visibility?.trim().toLowerCase() || undefined,
		createdAt: row.createdAt?.trim() || undefined,
		updatedAt: row.updatedAt?.trim() || undefined
	};
}

function ideaOf(row: Row) {
	return present({
		...common(row),
		linkUrl: row.linkUrl,
		linkLabel: row.linkLabel,
		archivedAt: given(row.archived, (cell) => cell.trim() || null),
		tags: given(row.tags, (cell) =>
			cell
				.split(/[,;]/)
				.map((tag) => tag.trim())
				.filter(Boolean)
		)
	});
}

function featureOf(row: Row) {
	return present({
		...common(row),
		sections: given(row.sections, sectionsOf),
		completedAt: given(row.done, (cell) => doneAt(cell.trim()))
	});
}

/** A time, or for a plain “yes” that it is done. */
function doneAt(cell: string): string | null {
	if (NOT_DONE.has(cell.toLowerCase())) return null;
	return /^\d{4}-/.test(cell) ? cell : 'done';
}

function sectionsOf(cell: string): unknown {
	if (cell.trim() === '') return [];
	try {
		return JSON.parse(cell) as unknown;
	} catch {
		// The shape says what is wrong with it.
		return cell;
	}
}
