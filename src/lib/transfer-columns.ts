/** The columns of a CSV file of ideas: how an export heads them, and what else an import takes for the same. */
export const COLUMNS = {
	kind: { head: 'Kind', also: ['type'] },
	title: {
		head: 'Title',
		also: [
			'name',
			'idea',
			'task name',
			'card name',
			'task',
			'summary',
			'subject',
			'content',
			'item',
			'issue'
		]
	},
	notes: {
		head: 'Notes',
		also: [
			'description',
			'card description',
			'task content',
			'body',
			'details',
			'note',
			'text',
			'desc',
			'comment'
		]
	},
	star: { head: 'Star', also: ['stars', 'starred', 'priority'] },
	done: {
		head: 'Done',
		also: [
			'completed at',
			'completed',
			'completedat',
			'closed at',
			'closed',
			'date completed',
			'completion date',
			'due complete',
			'complete',
			'status',
			'state',
			'checked',
			'canceled',
			'cancelled'
		]
	},
	visibility: { head: 'Visibility', also: [] },
	tags: { head: 'Tags', also: ['labels', 'keywords', 'tag', 'label'] },
	archived: { head: 'Archived', also: ['archived at', 'archivedat'] },
	linkUrl: {
		head: 'Link',
		also: ['link url', 'linkurl', 'html url', 'card url', 'url', 'address', 'permalink']
	},
	linkLabel: { head: 'Link label', also: ['linklabel'] },
	sections: { head: 'Sections', also: [] },
	createdAt: {
		head: 'Created',
		also: ['created at', 'createdat', 'created time', 'date created', 'creation date', 'created on']
	},
	updatedAt: {
		head: 'Changed',
		also: [
			'updated',
			'updated at',
			'updatedat',
			'modified',
			'last modified',
			'last edited time',
			'last activity date',
			'date updated',
			'last updated'
		]
	},
	id: { head: 'Id', also: ['uuid'] }
} as const satisfies Record<string, { head: string; also: readonly string[] }>;

/** How deep a line lies in those above it: other programs write a number in place of a kind. */
const INDENT = ['indent', 'level', 'depth', 'outline level'];

/** A column of a CSV file of ideas. */
export type Column = keyof typeof COLUMNS | 'indent';

/** Which of our columns a head of somebody's file means, and how surely: the lower the rank, the surer. */
function meaningOf(head: string): { column: Column; rank: number } | undefined {
	const name = head
		.trim()
		.toLowerCase()
		.replace(/[\s_-]+/g, ' ')
		.replace(/ ?\?$/, '');
	if (INDENT.includes(name)) return { column: 'indent', rank: INDENT.indexOf(name) };
	for (const column of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) {
		const { head: own, also }: { head: string; also: readonly string[] } = COLUMNS[column];
		const rank = [own.toLowerCase(), ...also].indexOf(name);
		if (rank >= 0) return { column, rank };
	}
	return undefined;
}

/** Whether a head of somebody's file means one of our columns. */
export const isColumn = (head: string): boolean => meaningOf(head) !== undefined;

/**
 * What each head of a table means. Where two mean the same, the surer one has it and the other has no meaning;
 * that something is done may stand in several.
 */
export function columnsOf(heads: string[]): (Column | undefined)[] {
	const meanings = heads.map(meaningOf);
	return meanings.map((meaning, at) => {
		if (!meaning) return undefined;
		const { column, rank } = meaning;
		const isSurest = meanings.every(
			(other, place) =>
				other?.column !== column || other.rank > rank || (other.rank === rank && place >= at)
		);
		return isSurest || column === 'done' ? column : undefined;
	});
}
