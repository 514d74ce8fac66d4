import * as z from 'zod';

/** What a computer keeps of its pairing. Whoever has it is that computer. */
export const Paired = z.object({
	/** The app's address. */
	server: z.url({ protocol: /^https?$/ }),
	runnerId: z.uuid(),
	credential: z.string().length(43),
	/** PKCS #8, base64url. */
	privateKey: z.string(),
	/** A point, base64url. */
	publicKey: z.string().length(87),
	/** The app's keys for grants, as they were told at pairing. */
	grantKeys: z.array(z.string().length(43)).min(1),
	personEmail: z.string()
});
export type Paired = z.infer<typeof Paired>;
