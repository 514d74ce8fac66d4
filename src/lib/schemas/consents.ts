import * as z from 'zod';

/** The documents that a person agrees to. */
export const DOCUMENTS = ['terms', 'privacy'] as const;

const version = z.string({ error: 'Say which version.' }).min(1).max(32);

/** The versions that the person had before them when they agreed. */
export const GiveConsent = z.object({ terms: version, privacy: version });
export type GiveConsent = z.output<typeof GiveConsent>;
