import * as z from 'zod';
import { messageFor } from '$lib/messages';

/** Opening a terminal, or asking a computer something. */
export const OpenTerminal = z.object({
	runnerId: z.uuid({ error: messageFor('runner.notFound') }),
	/** Which terminal; absent where the browser only asks for folders or the list of terminals. */
	sessionId: z.uuid({ error: 'That is not the id of a terminal.' }).optional(),
	/** A `viewer` only looks. */
	role: z.enum(['writer', 'viewer'], { error: 'Choose writer or viewer.' }),
	/** The browser's key for this attach: an uncompressed P-256 point, base64url. */
	browserKey: z.string().regex(/^[\w-]{87}$/, 'That is no key of a browser.')
});
export type OpenTerminal = z.output<typeof OpenTerminal>;
