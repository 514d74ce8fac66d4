import { v4 as uuid } from 'uuid';
import type { Captured } from '$lib/capture';
import { callFailure, ERROR_STATUS, type CallFailure } from '$lib/errors';
import { sectionsOf } from '$lib/feature-fields';
import type { Feature } from '$lib/features';
import { isMaintenance } from '$lib/messages';
import type { FeatureSection } from '$lib/schemas/features';
import { isRecord, keep, readAllKept } from '$lib/storage';
import { trpc } from '$lib/trpc';

/** A new feature that the server has not confirmed. Its key makes sure that it arrives once. */
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

/** Whose idea they are for. */
interface Owner {
	ideaId: string;
	who: string;
}

const KEY = 'coda-unsent-feature';
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

/** Sends one: the only place where a new feature leaves the page. */
const send = ({ clientKey, ideaId, title, notes, star, sections }: NewFeature) =>
	trpc.features.create.mutate({ clientKey, ideaId, title, notes, star, sections });

/**
 * New features of an idea on their way, sent one after the other so that their order stays. What could
 * not be sent is kept in the browser and goes out when the network is back.
 */
export class NewFeatures {
	items = $state.raw<NewFeature[]>([]);
	#owner: Owner;
	#confirmed: (unsent: NewFeature, feature: Feature) => void;
	#sending = false;
	#closed = false;
	#retry?: ReturnType<typeof setTimeout>;
	#attempts = 0;

	constructor(owner: Owner, confirmed: (unsent: NewFeature, feature: Feature) => void) {
		this.#owner = owner;
		this.#confirmed = confirmed;
	}

	/** Takes up what an earlier page could not send. */
	open(): void {
		this.#closed = false;
		const known = new Set(this.items.map(({ clientKey }) => clientKey));
		const kept = readAllKept({ key: KEY, who: this.#owner.who }, isNewFeature).filter(
			({ clientKey, ideaId }) => ideaId === this.#owner.ideaId && !known.has(clientKey)
		);
		this.items = [...this.items, ...kept].sort((a, b) => a.typedAt - b.typedAt);
		void this.send();
	}

	/** Stops sending; what is left stays kept. */
	close(): void {
		this.#closed = true;
		clearTimeout(this.#retry);
	}

	/** Adds features at the end, and sends them. */
	add(captured: Captured[]): void {
		const typedAt = Date.now();
		const added = captured.map((line, place): NewFeature => ({
			clientKey: uuid(),
			ideaId: this.#owner.ideaId,
			typedAt: typedAt + place / 1_000,
			title: line.title,
			notes: line.notes,
			star: line.star,
			sections: sectionsOf(line, uuid())
		}));
		this.#set([...this.items, ...added]);
		void this.send();
	}

	/** Takes one back. */
	remove(clientKey: string): void {
		this.#set(this.items.filter((item) => item.clientKey !== clientKey));
	}

	/** Sends what waits; `clientKey` also one that was refused. */
	async send(clientKey?: string): Promise<void> {
		if (clientKey) this.#change(clientKey, { problem: undefined, refused: undefined });
		if (this.#sending) return;
		this.#sending = true;
		clearTimeout(this.#retry);
		try {
			while (!this.#closed) {
				const next = this.items.find((item) => !item.refused);
				if (!next || !(await this.#sendOne(next))) break;
			}
		} finally {
			this.#sending = false;
		}
	}

	/** @returns whether to go on with the next one */
	async #sendOne(unsent: NewFeature): Promise<boolean> {
		try {
			const feature = await send(unsent);
			this.#attempts = 0;
			this.#confirmed(unsent, feature);
			this.remove(unsent.clientKey);
			return true;
		} catch (cause) {
			const failure = callFailure(cause);
			if (this.#closed) return false;
			const { code, retryable } = failure;
			const isRefused =
				code !== undefined && !retryable && code !== 'UNAUTHORIZED' && ERROR_STATUS[code] < 499;
			this.#change(unsent.clientKey, { problem: problemOf(failure), refused: isRefused });
			if (isRefused || code === 'UNAUTHORIZED') return isRefused;
			const backOff = BACK_OFF_MS[Math.min(this.#attempts++, BACK_OFF_MS.length - 1)] ?? 0;
			const waitMs = Math.max(
				backOff * (0.75 + Math.random() / 2),
				1_000 * (failure.retryAfterSeconds ?? 0)
			);
			this.#retry = setTimeout(() => void this.send(), waitMs);
			return false;
		}
	}

	#change(clientKey: string, changes: Partial<NewFeature>) {
		this.#set(
			this.items.map((item) => (item.clientKey === clientKey ? { ...item, ...changes } : item))
		);
	}

	#set(items: NewFeature[]) {
		const { who } = this.#owner;
		const before = new Set(this.items);
		const left = new Set(items.map(({ clientKey }) => clientKey));
		for (const { clientKey: id } of before) {
			if (!left.has(id)) keep({ key: KEY, who, id }, undefined);
		}
		for (const item of items) {
			if (!before.has(item)) keep({ key: KEY, who, id: item.clientKey }, item);
		}
		this.items = items;
	}
}

/** Why one waits, or will not be taken. */
function problemOf({ code, reason, message }: CallFailure): string {
	if (!code) return 'Couldn’t save: you’re offline. It will be sent when you’re back.';
	if (code === 'UNAUTHORIZED') return 'Not saved yet. Sign in again to send it.';
	return isMaintenance(reason) ? `Kept here. ${message}` : `Couldn’t save. ${message}`;
}

function isNewFeature(value: unknown): value is NewFeature {
	return (
		isRecord(value) &&
		['clientKey', 'ideaId', 'title', 'notes', 'star'].every(
			(name) => typeof value[name] === 'string'
		) &&
		typeof value.typedAt === 'number' &&
		Array.isArray(value.sections)
	);
}
