import { hrefOf, type TitleItem } from '$lib/search';
import { trpc } from '$lib/trpc';

/** A thing that can be opened. */
export interface Title {
	id: string;
	title: string;
	href: string;
	/** The title of its idea, for a feature. */
	of?: string;
}

/** Every title that the person may read. It stays in the tab, and comes anew only when it has changed. */
class Titles {
	items = $state.raw<Title[]>([]);
	/** Whether all features are among them; else the server is asked. */
	isWhole = $state(true);
	state = $state<'new' | 'loading' | 'here' | 'failed'>('new');
	#version?: string;
	#who?: string;

	/** Brings the titles up to date; what is here can be used meanwhile. */
	async refresh(who: string): Promise<void> {
		if (this.#who !== who) [this.items, this.#version, this.state] = [[], undefined, 'new'];
		this.#who = who;
		if (this.state !== 'here') this.state = 'loading';
		try {
			const fresh = await trpc.search.titles.query({ version: this.#version });
			if (this.#who !== who) return;
			if (fresh.items) this.items = titlesOf(fresh.items);
			[this.#version, this.isWhole, this.state] = [fresh.version, fresh.isWhole, 'here'];
		} catch {
			// What is here from before still opens; without it the panel says so.
			if (this.state !== 'here') this.state = 'failed';
		}
	}
}

/** The titles of this tab. */
export const titles = new Titles();

function titlesOf(items: TitleItem[]): Title[] {
	return items.map(([id, title, at]) => {
		const idea = at === undefined ? undefined : items[at];
		return idea
			? { id, title, of: idea[1], href: hrefOf({ kind: 'feature', id, ideaId: idea[0] }) }
			: { id, title, href: hrefOf({ kind: 'idea', id, ideaId: id }) };
	});
}
