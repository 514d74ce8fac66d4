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

const KeptTabs = z.array(KeptTab).max(MOST_OPEN);

/** Whose terminals, and where. */
export interface TabsOf {
	/** The id of the person. */
	who: string;
	runnerId: string;
	/** Those of one idea; absent: those of the page of the computer. */
	ideaId?: string;
}

/** What this tab of the browser had open. */
export const keptTabs = (of: TabsOf): KeptTab[] => readKept(entryOf(of), areTabs) ?? [];

export function keepTabs(of: TabsOf, tabs: readonly KeptTab[]): void {
	keep(entryOf(of), tabs);
}

const entryOf = ({ who, runnerId, ideaId }: TabsOf) => {
	const id = ideaId ? `${ideaId}:${runnerId}` : runnerId;
	return { area: 'session', key: 'coda-terminals', who, id } as const;
};

const areTabs = (value: unknown): value is KeptTab[] => KeptTabs.safeParse(value).success;
