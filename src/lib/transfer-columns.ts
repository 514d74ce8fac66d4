/** The columns of a CSV file of ideas: how an export heads them, and what else an import takes for the same. */
export const COLUMNS = {
	kind: { head: 'Kind', also: ['type'] },
	title: { head: 'Title', also: ['name', 'idea', 'task', 'summary', 'subject'] },
	notes: { head: 'Notes', also: ['description', 'text', 'body', 'details'] },
	star: { head: 'Star', also: ['stars', 'priority'] },
	done: { head: 'Done', also: ['completed', 'completed at', 'completedat', 'status'] },
	visibility: { head: 'Visibility', also: [] },
	tags: { head: 'Tags', also: ['labels', 'keywords'] },
	archived: { head: 'Archived', also: ['archived at', 'archivedat'] },
	linkUrl: { head: 'Link', also: ['url', 'link url', 'linkurl', 'address'] },
	linkLabel: { head: 'Link label', also: ['linklabel'] },
	sections: { head: 'Sections', also: [] },
	createdAt: { head: 'Created', also: ['created at', 'createdat'] },
	updatedAt: { head: 'Changed', also: ['updated', 'updated at', 'updatedat', 'modified'] },
	id: { head: 'Id', also: ['uuid'] }
} as const satisfies Record<string, { head: string; also: readonly string[] }>;

/** A column of a CSV file of ideas. */
export type Column = keyof typeof COLUMNS;

/** Which of our columns a head of somebody's file means. */
export function columnOf(head: string): Column | undefined {
	const name = head.trim().toLowerCase();
	return (Object.keys(COLUMNS) as Column[]).find((column) => {
		const { head: own, also }: { head: string; also: readonly string[] } = COLUMNS[column];
		return own.toLowerCase() === name || also.includes(name);
	});
}
