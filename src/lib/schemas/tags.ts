import * as z from 'zod';
import { LIMITS } from '../limits';
import { tagOf, tagProblem } from '../tags';
import { Selected } from './moves';
import { line } from './text';

/** One tag: letters, digits, `-` and `_`, in lower case. A `#` in front is how people write it, and left out. */
export const Tag = line({ label: 'Tag', maxChars: LIMITS.tagChars + 1 })
	.transform(tagOf)
	.superRefine((tag, context) => {
		const problem = tagProblem(tag);
		if (problem) context.addIssue({ code: 'custom', message: problem });
	});

const tags = z
	.array(Tag, { error: 'Tags must be a list.' })
	.transform((all) => [...new Set(all)])
	.refine((all) => all.length <= LIMITS.tagsPerIdea, `At most ${LIMITS.tagsPerIdea} tags.`);

/** All tags of an idea, as the person wants them. */
export const SetTags = z.object({ id: z.uuid({ error: 'That is not the id of an idea.' }), tags });
export type SetTags = z.output<typeof SetTags>;

/** Tags that several ideas get, and tags that they lose. */
export const TagIdeas = z
	.object({ ids: Selected, add: tags.default([]), remove: tags.default([]) })
	.refine(({ add, remove }) => add.length + remove.length > 0, 'Say which tags.')
	.refine(({ add, remove }) => !add.some((tag) => remove.includes(tag)), {
		error: 'A tag cannot come and go at once.'
	});
export type TagIdeas = z.output<typeof TagIdeas>;

/** Another name for a tag. Where the new one is there already, the two become one. */
export const RenameTag = z
	.object({ from: Tag, to: Tag })
	.refine(({ from, to }) => from !== to, 'That is its name already.');
export type RenameTag = z.output<typeof RenameTag>;

/** One tag by its name. */
export const TagName = z.object({ name: Tag });
export type TagName = z.output<typeof TagName>;
