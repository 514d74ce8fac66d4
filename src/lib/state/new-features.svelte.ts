import { v4 as uuid } from 'uuid';
import type { Captured } from '$lib/capture';
import { sectionsOf } from '$lib/feature-fields';
import type { Feature } from '$lib/features';
import type { FeatureSection } from '$lib/schemas/features';
import type { Waiting, WaitingFeature } from '$lib/waiting';
import { outbox } from './outbox.svelte';

/** A new feature that the server has not confirmed, as a line of the outline. */
export interface NewFeature {
	clientKey: string;
	ideaId: string;
	typedAt: number;
	title: string;
	notes: string;
	star: Captured['star'];
	sections: FeatureSection[];
	/** Why it is still here; nothing while it is being sent. */
	problem?: string;
	/** Whether the server would refuse it again as it is. */
	refused?: boolean;
}

/** The new features of one idea in the outbox. */
export class NewFeatures {
	items = $derived.by(() => outbox.items.filter((entry) => this.#isOurs(entry)).map(lineOf));
	readonly ideaId: string;
	#confirmed: (unsent: NewFeature, feature: Feature) => void;
	#unfollow: () => void = () => undefined;

	/** @param confirmed hears of each one, whichever tab has sent it */
	constructor(ideaId: string, confirmed: (unsent: NewFeature, feature: Feature) => void) {
		this.ideaId = ideaId;
		this.#confirmed = confirmed;
	}

	/** Follows what becomes of them. */
	open(): void {
		this.#unfollow();
		this.#unfollow = outbox.follow((news) => {
			if (news.is !== 'delivered' || !this.#isOurs(news.entry)) return;
			const { feature } = news.delivery;
			if (feature) this.#confirmed(lineOf(news.entry), feature);
		});
	}

	close(): void {
		this.#unfollow();
	}

	/** Adds features at the end, and sends them. */
	add(captured: Captured[]): void {
		for (const line of captured) {
			const { title, notes, star } = line;
			const feature = { ideaId: this.ideaId, title, notes, star, visibility: 'inherit' } as const;
			const sections = sectionsOf(line, uuid());
			const at = outbox.nextPlace;
			outbox.put({ kind: 'feature', key: uuid(), at, feature: { ...feature, sections } });
		}
		void outbox.send();
	}

	/** Takes one back. */
	remove(clientKey: string): void {
		outbox.remove(clientKey);
	}

	/** Sends what waits; `clientKey` also one that was refused. */
	async send(clientKey?: string): Promise<void> {
		await outbox.send(clientKey);
	}

	#isOurs(entry: Waiting): entry is WaitingFeature {
		return entry.kind === 'feature' && entry.feature.ideaId === this.ideaId;
	}
}

function lineOf({ key, at, feature, trouble }: WaitingFeature): NewFeature {
	const { ideaId, title, notes, star, sections } = feature;
	const problem = trouble ? `Couldn’t save. ${trouble.message}` : outbox.hindrance?.message;
	const own = { ideaId, title, notes, star, sections };
	return { ...own, clientKey: key, typedAt: at, problem, refused: Boolean(trouble) };
}
