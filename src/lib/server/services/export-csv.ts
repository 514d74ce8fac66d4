import { stringify } from 'csv-stringify/sync';
import type { ExportIdeas } from '$lib/schemas/transfer';
import { COLUMNS } from '$lib/transfer-columns';
import { cellOf } from './csv-cells';
import type { Exported } from './transfer-documents';

type Row = Record<keyof typeof COLUMNS, string>;

const HEADS = Object.entries(COLUMNS).map(([key, { head }]) => ({ key, header: head }));
const EMPTY = Object.fromEntries(HEADS.map(({ key }) => [key, ''])) as Row;

/** One line for each idea, and behind it one for each of its features. No cell becomes a formula. */
export async function* writeCsv(
	content: AsyncIterable<Exported>,
	{ byteOrderMark }: ExportIdeas
): AsyncGenerator<string> {
	yield byteOrderMark ? '\uFEFF' : '';
	yield lines([], true);
	for await (const part of content) yield lines([rowOf(part)], false);
}

const lines = (rows: Row[], header: boolean): string =>
	stringify(rows, {
		header,
		columns: HEADS,
		cast: { string: cellOf },
		record_delimiter: '\r\n',
		// Programs of other countries take the second and the third of these for what is between cells.
		quoted_match: /[\r\n;\t]/
	});

function rowOf(part: Exported): Row {
	if (part.kind === 'idea') {
		const { version: _version, position: _position, ...idea } = part.idea;
		return {
			...EMPTY,
			...idea,
			kind: 'idea',
			tags: idea.tags.join(', '),
			archived: idea.archivedAt ?? '',
			linkUrl: idea.linkUrl ?? '',
			linkLabel: idea.linkLabel ?? ''
		};
	}
	const { feature } = part;
	return {
		...EMPTY,
		kind: 'feature',
		id: feature.id,
		title: feature.title,
		notes: feature.notes,
		star: feature.star,
		done: feature.completedAt ?? '',
		visibility: feature.visibility,
		sections: feature.sections.length > 0 ? JSON.stringify(feature.sections) : '',
		createdAt: feature.createdAt,
		updatedAt: feature.updatedAt
	};
}
