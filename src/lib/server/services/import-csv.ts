import { parse } from 'csv-parse';
import { columnOf, type Column } from '$lib/transfer-columns';
import type { FilePart } from './import-json-reader';
import { unreadable } from './import-problems';

/**
 * A table of ideas, one a line; a line of the kind `feature` belongs to the idea above it. The first line names
 * the columns; unknown ones are left out.
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FilePart> {
	const table = parse({
		bom: true,
		relax_column_count: true,
		skip_empty_lines: true,
		delimiter: [',', ';', '\t'],
		// A cell is never longer than the longest text; without this a quote that stays open takes everything.
		max_record_size: 2_000_000
	});
	const done = feed(table, bytes);
	let heads: (Column | undefined)[] | undefined;
	let [ideaIndex, featureIndex] = [-1, -1];
	try {
		for await (const cells of table as AsyncIterable<string[]>) {
			if (!heads) {
				heads = cells.map(columnOf);
				if (!heads.includes('title')) {
					unreadable('line 1', 'No column is called “Title”. The first line names the columns.');
				}
				continue;
			}
			const row = rowOf(heads, cells);
			if (row.kind?.trim().toLowerCase() === 'feature') {
				if (ideaIndex < 0) unreadable('line 2', 'A feature stands above the first idea.');
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

/** Cells under their columns; the apostrophe that keeps a cell from being a formula is taken off. */
const rowOf = (heads: (Column | undefined)[], cells: string[]): Row =>
	Object.fromEntries(
		heads.flatMap((column, at) => {
			const cell = cells[at];
			return column && cell !== undefined ? [[column, cell.replace(/^'(?=[=+\-@\t\r])/, '')]] : [];
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

/** A time, or for a plain “yes” the time of now, without its milliseconds of chance. */
function doneAt(cell: string): string | null {
	if (NOT_DONE.has(cell.toLowerCase())) return null;
	return /^\d{4}-/.test(cell) ? cell : UNKNOWN_TIME;
}

/** Since when something is done that a file only calls done. */
export const UNKNOWN_TIME = '1970-01-01T00:00:00.000Z';

function sectionsOf(cell: string): unknown {
	if (cell.trim() === '') return [];
	try {
		return JSON.parse(cell) as unknown;
	} catch {
		// The shape says what is wrong with it.
		return cell;
	}
}
