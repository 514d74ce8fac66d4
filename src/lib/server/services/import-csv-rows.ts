import { LIMITS } from '$lib/limits';
import { columnsOf, type Column } from '$lib/transfer-columns';
import { textOfCell } from './csv-cells';
import { doneOf, starOf, tagsOf, timeOf } from './import-csv-cells';
import type { FilePart } from './import-json-reader';
import { unreadable } from './import-problems';

/** A line of a table, and which one it is in the file. */
export interface Line {
	record: string[];
	info: { lines: number };
}

type Row = Partial<Record<Exclude<Column, 'done'>, string>> & { done: string[] };
type Part = Extract<FilePart, { kind: 'idea' | 'feature' }> & { value: Record<string, unknown> };

const FEATURES = new Set([
	...['feature', 'subtask', 'sub-task', 'sub task', 'subissue', 'sub-issue', 'sub issue'],
	...['child', 'checklist item', 'checkitem']
]);
const IDEAS = new Set(['', 'idea', 'task', 'issue', 'card', 'item', 'page', 'story', 'epic']);

/** The lines of one table. The first names the columns; what has none of ours is named and left out. */
export class Table {
	#columns?: (Column | undefined)[];
	#ideaIndex = -1;
	#featureIndex = -1;
	/** What is read already; a comment below may still belong to it. */
	#part?: Part;
	/** A group that other programs have, as a tag of what is below it. */
	#group = '';
	#remarks: { message: string; line: number }[] = [];

	/** @throws UnreadableFile */
	*take({ record: cells, info }: Line): Generator<FilePart> {
		const line = info.lines;
		if (!this.#columns) this.#columns = this.#head(cells, line);
		else yield* this.#row(this.#columns, cells, line);
		for (const remark of this.#remarks.splice(0)) yield { kind: 'remark', ...remark };
	}

	/** What is left at the end. */
	*end(): Generator<FilePart> {
		if (this.#part) yield this.#part;
	}

	#head(cells: string[], line: number) {
		const columns = columnsOf(cells);
		if (!columns.includes('title')) {
			unreadable(
				`line ${line}`,
				'No column is called “Title”, “Name” or “Task”. The first line names the columns.'
			);
		}
		const unknown = cells.filter((head, at) => head.trim() !== '' && !columns[at]);
		if (unknown.length > 0) {
			const names = unknown.map((head) => `“${head.trim().slice(0, 60)}”`).join(', ');
			const is = unknown.length === 1 ? 'This column is' : 'These columns are';
			this.#remark(`${is} left out: ${names.slice(0, 2_000)}.`, line);
		}
		return columns;
	}

	*#row(columns: (Column | undefined)[], cells: string[], line: number): Generator<FilePart> {
		if (cells.slice(columns.length).some(Boolean)) {
			unreadable(`line ${line}`, 'This line has more cells than the first line has columns.');
		}
		if (cells.every((cell) => cell.trim() === '')) return;
		const row = rowOf(columns, cells);
		const kind = row.kind?.trim().toLowerCase() ?? '';
		if (kind === 'meta') {
			this.#remark('Lines of the kind “meta” are left out.', line);
			return;
		}
		if (kind === 'section') return this.#beginGroup(row.title ?? '', line);
		if (kind === 'note' || kind === 'comment') return this.#comment(row, line);
		if (this.#part) yield this.#part;
		this.#part = this.#isFeature(row, kind, line)
			? this.#feature(row, line)
			: this.#idea(row, line);
	}

	#isFeature(row: Row, kind: string, line: number): boolean {
		if (FEATURES.has(kind)) {
			if (this.#ideaIndex < 0) unreadable(`line ${line}`, 'A feature stands above the first idea.');
			return true;
		}
		if (!IDEAS.has(kind)) {
			this.#remark(`The kind “${kind.slice(0, 60)}” means nothing here: these are ideas.`, line);
		}
		const depth = Number(row.indent);
		if (depth > 2) this.#remark('What lies deeper than features are features, too.', line);
		return depth > 1 && this.#ideaIndex >= 0;
	}

	#idea(row: Row, line: number): Part {
		this.#ideaIndex += 1;
		this.#featureIndex = -1;
		const done = this.#doneOf(row, line);
		const archived = this.#understood(row.archived, { as: doneOf, head: 'Archived', line });
		if (done && !archived) {
			this.#remark('Only features can be done. Ideas that are done come into the archive.', line);
		}
		const value = present({
			...this.#common(row, line),
			linkUrl: row.linkUrl?.trim(),
			linkLabel: row.linkLabel,
			archivedAt: archived ?? (done || archived),
			tags: this.#tags(row, line)
		});
		return { kind: 'idea', ideaIndex: this.#ideaIndex, value, line };
	}

	#feature(row: Row, line: number): Part {
		this.#featureIndex += 1;
		const value = present({
			...this.#common(row, line),
			sections: row.sections === undefined ? undefined : sectionsOf(row.sections),
			completedAt: this.#doneOf(row, line)
		});
		const { ideaIndex, featureIndex } = {
			ideaIndex: this.#ideaIndex,
			featureIndex: this.#featureIndex
		};
		return { kind: 'feature', ideaIndex, featureIndex, value, line };
	}

	#common(row: Row, line: number) {
		return {
			id: row.id?.trim() || undefined,
			title: row.title ?? '',
			notes: row.notes,
			star: this.#understood(row.star, { as: starOf, head: 'Star', line }),
			visibility: row.visibility?.trim().toLowerCase() || undefined,
			createdAt: this.#time(row.createdAt, 'Created', line),
			updatedAt: this.#time(row.updatedAt, 'Changed', line)
		};
	}

	/** Several columns may say that something is done; the one that says when is believed. */
	#doneOf({ done }: Row, line: number): string | null | undefined {
		if (done.length === 0) return undefined;
		const all = done.map((cell) => this.#understood(cell, { as: doneOf, head: 'Done', line }));
		const since = all.find((one) => one && one !== 'done');
		return since ?? all.find(Boolean) ?? null;
	}

	#tags({ tags }: Row, line: number): string[] | undefined {
		const group = this.#group ? [this.#group] : [];
		if (tags === undefined) return group.length > 0 ? group : undefined;
		const all = tagsOf(tags);
		for (const { from, tag } of all) {
			if (tag !== from.replace(/^#/, '').toLowerCase()) {
				this.#remark(
					`Tags have no spaces or signs: “${from.slice(0, 60)}” comes as “${tag}”.`,
					line
				);
			}
		}
		return [...new Set([...all.map(({ tag }) => tag), ...group])];
	}

	#time = (cell: string | undefined, head: string, line: number) =>
		cell?.trim() ? this.#understood(cell, { as: timeOf, head, line }) : undefined;

	#understood<T>(
		cell: string | undefined,
		{ as, head, line }: { as: (cell: string) => T | undefined; head: string; line: number }
	): T | undefined {
		if (cell === undefined) return undefined;
		const value = as(cell);
		if (value === undefined) {
			const says = cell.trim().slice(0, 60);
			this.#remark(`“${says}” under “${head}” is not understood, and left out.`, line);
		}
		return value;
	}

	#beginGroup(name: string, line: number) {
		const [group] = tagsOf(name.replace(/[,;]/g, ' '));
		this.#group = group?.tag ?? '';
		if (group)
			this.#remark(
				`The section “${group.from.slice(0, 60)}” becomes the tag “${group.tag}”.`,
				line
			);
	}

	/** Other programs have what was said about something in a line of its own. */
	#comment({ title, notes }: Row, line: number) {
		const text = [title, notes].filter(Boolean).join('\n');
		if (!this.#part) {
			this.#remark('A comment above the first idea is left out.', line);
			return;
		}
		const { value } = this.#part;
		const before = String(value.notes ?? '');
		// What is too long already is refused, and need not become longer.
		if (before.length <= LIMITS.ideaNotesChars * 4) {
			value.notes = before ? `${before}\n\n${text}` : text;
		}
	}

	#remark(message: string, line: number) {
		this.#remarks.push({ message, line });
	}
}

/** Cells under their columns. */
function rowOf(columns: (Column | undefined)[], cells: string[]): Row {
	const row: Row = { done: [] };
	for (const [at, column] of columns.entries()) {
		const cell = cells[at];
		if (!column || cell === undefined) continue;
		if (column === 'done') row.done.push(textOfCell(cell));
		else row[column] = textOfCell(cell);
	}
	return row;
}

/** Leaves out what the table has no column for. */
const present = (fields: Record<string, unknown>) =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function sectionsOf(cell: string): unknown {
	if (cell.trim() === '') return [];
	try {
		return JSON.parse(cell) as unknown;
	} catch {
		// The shape says what is wrong with it.
		return cell;
	}
}
