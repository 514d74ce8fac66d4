import type { PageData } from './$types';

/** An entry as the page has it. */
export type AuditRow = PageData['entries'][number];

/** How the chain stands. */
export type ChainState = PageData['chain'];
