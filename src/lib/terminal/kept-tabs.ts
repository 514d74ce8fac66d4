import * as z from 'zod';
import { Close, Open } from '#protocol/terminal';
import { keep, readKept } from '$lib/storage';

/** Terminals open side by side in one tab of the browser. */
export const MOST_OPEN = 7;

/** A terminal that a page has open, as the page finds it when it is loaded anew. */
const KeptTab = z.object({
	id: z.uuid(),
	/** How it is to be started: there until the computer has said that it runs, and never after. */
	start: Open.shape.start,
	/** Why the computer has not started it: it is asked again by a person alone. */
	refused: Close.shape.reason
});
export type KeptTab = z.infer<typeof KeptTab>;

/** A page of 0.3.0 has kept its ids alone. */
const OlderTab = z.uuid().transform((id): KeptTab => ({ id }));
const KeptTabs = z.array(z.union([KeptTab, OlderTab])).max(MOST_OPEN);

/** Whose terminals, and where. */
export interface TabsOf {
	/** The id of the person. */
	who: string;
	runnerId: string;
	/** Those of one idea; absent: those of the page of the computer. */
	ideaId?: string;
}

/** What this tab of the browser had open. */
export function keptTabs(of: TabsOf): KeptTab[] {
	return KeptTabs.safeParse(readKept(entryOf(of), Array.isArray)).data ?? [];
}

export function keepTabs(of: TabsOf, tabs: readonly KeptTab[]): void {
	keep(entryOf(of), tabs);
}

const entryOf = ({ who, runnerId, ideaId }: TabsOf) => {
	const id = ideaId ? `${ideaId}:${runnerId}` : runnerId;
	return { area: 'session', key: 'coda-terminals', who, id } as const;
};
