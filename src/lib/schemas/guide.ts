import * as z from 'zod';

/** Starting with the ideas of the guide. `clientKey` makes sending it twice make them once. */
export const StartGuide = z.object({
	clientKey: z.uuid({ error: 'The key of the guide is not valid. Reload the page.' })
});
export type StartGuide = z.output<typeof StartGuide>;
