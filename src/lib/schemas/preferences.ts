import * as z from 'zod';
import { keysIn, whyNotKeys } from '../state/shortcut-keys';
import { THEMES } from '../themes';

const theme = z.enum(THEMES, { error: 'Choose system, light or dark.' });
const onOrOff = z.boolean({ error: 'Choose on or off.' });

/**
 * What a person prefers, as it is kept with the account. Whatever is missing or unreadable is at its
 * default, and what is not known is dropped.
 */
export const Preferences = z.object({
	theme: theme.default('system').catch('system'),
	/** Keys without Ctrl or Cmd do something. */
	singleKeys: onOrOff.default(true).catch(true),
	/** Keys in the place of the table's, by shortcut. */
	keys: z.unknown().transform(keysIn).optional(),
	/** Mails that one may do without, by topic. */
	notices: z
		.object({
			/** Announcements about Coda. */
			news: onOrOff.default(false).catch(false)
		})
		.prefault({})
		.catch({ news: false })
});
export type Preferences = z.output<typeof Preferences>;

/** All keys that a person chose, in the place of those chosen before. */
const keys = z
	.record(z.string().max(40), z.string().max(40), { error: 'Choose keys by shortcut.' })
	.transform((chosen, { addIssue }) => {
		const known = keysIn(chosen);
		for (const id of Object.keys(known) as (keyof typeof known)[]) {
			const problem = whyNotKeys(known, id, known[id] ?? '');
			if (problem) addIssue({ code: 'custom', message: problem });
		}
		return known;
	});

/** What changes; the rest stays. */
export const UpdatePreferences = z
	.object({
		theme: theme.optional(),
		singleKeys: onOrOff.optional(),
		keys: keys.optional(),
		notices: z.object({ news: onOrOff }).optional()
	})
	.refine((changes) => Object.keys(changes).length > 0, { error: 'Nothing to change.' });
export type UpdatePreferences = z.output<typeof UpdatePreferences>;
