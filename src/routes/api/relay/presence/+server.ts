import { answerPresence } from '$lib/server/relay-door';

/** Hears from a relay which computers it holds. */
export const POST = answerPresence;
