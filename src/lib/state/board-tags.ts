import { inTagOrder } from '$lib/tags';
import { count } from '$lib/time';
import { trpc } from '$lib/trpc';
import type { BoardList, Row } from './board-list.svelte';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';
import { undoStack } from './undo.svelte';

/** Tags that ideas get, and tags that they lose. */
export interface Retagging {
	add: readonly string[];
	remove: readonly string[];
}

/** The tags that an idea has afterwards. */
export const retagged = (tags: readonly string[], { add, remove }: Retagging): string[] =>
	inTagOrder([...tags.filter((tag) => !remove.includes(tag)), ...add]);

/** Gives ideas tags and takes others away. It shows at once, and can be undone. */
export async function tagIdeas(
	list: BoardList,
	rows: readonly Row[],
	tags: Retagging
): Promise<void> {
	const ids = rows.map(({ id }) => id);
	const before = new Map(rows.map((row) => [row.id, row.tags]));
	const after = new Map(rows.map((row) => [row.id, retagged(row.tags, tags)]));
	const [only, ...others] = rows;
	const what = only && others.length === 0 ? `“${only.title}”` : count(rows.length, 'idea');
	list.retag(after);
	const tagging = trpc.ideas.tagMany.mutate({ ids, add: [...tags.add], remove: [...tags.remove] });
	const notice = undoStack.offer(`${wordsFor(tags)}: ${what}.`, {
		kind: 'idea.tag',
		ids,
		token: tagging.then(({ undoToken }) => undoToken),
		undone: 'The tags are as they were.',
		preview: () => {
			list.retag(before);
			return () => list.retag(after);
		}
	});
	try {
		const { ideas } = await tagging;
		list.retag(new Map(ideas.map(({ id, tags: now }) => [id, now])));
	} catch (cause) {
		toasts.dismiss(notice);
		list.retag(before);
		reportFailure(cause, `Couldn’t tag ${what}.`, () => void tagIdeas(list, rows, tags));
	}
	// How many ideas a view of one tag holds is known to the server alone.
	if (list.view.tag) void list.refresh({ force: true });
}

function wordsFor({ add, remove }: Retagging): string {
	const named = (tags: readonly string[]) => tags.map((tag) => `#${tag}`).join(', ');
	if (remove.length === 0) return `Tagged ${named(add)}`;
	if (add.length === 0) return `No longer ${named(remove)}`;
	return `Tagged ${named(add)}, no longer ${named(remove)}`;
}
