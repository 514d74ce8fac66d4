import * as z from 'zod';
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

/** What changes; the rest stays. */
export const UpdatePreferences = z
	.object({
		theme: theme.optional(),
		singleKeys: onOrOff.optional(),
		notices: z.object({ news: onOrOff }).optional()
	})
	.refine((changes) => Object.keys(changes).length > 0, { error: 'Nothing to change.' });
export type UpdatePreferences = z.output<typeof UpdatePreferences>;
