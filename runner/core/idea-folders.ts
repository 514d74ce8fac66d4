import * as z from 'zod';
import { WIRE } from '#protocol/limits';
import { RUNNER_LIMITS } from './limits.ts';

/** The folder that terminals of an idea begin in. */
export const IdeaFolder = z.object({ ideaId: z.uuid(), folder: z.string().max(WIRE.pathChars) });
export type IdeaFolder = z.infer<typeof IdeaFolder>;

/** The folders that were chosen for ideas, as many as are remembered; the one used longest ago is forgotten first. */
export class IdeaFolders {
	readonly #folders = new Map<string, string>();

	/** The one used last comes last. */
	get items(): IdeaFolder[] {
		return [...this.#folders].map(([ideaId, folder]) => ({ ideaId, folder }));
	}

	/** Takes up what an earlier runner has remembered. */
	restore(items: readonly IdeaFolder[]): void {
		for (const { ideaId, folder } of items) this.choose(ideaId, folder);
	}

	of(ideaId: string | undefined): string | undefined {
		return ideaId === undefined ? undefined : this.#folders.get(ideaId);
	}

	/** Remembers it; `undefined` leaves it to the computer again. */
	choose(ideaId: string, folder: string | undefined): void {
		this.#folders.delete(ideaId);
		if (folder !== undefined) this.#folders.set(ideaId, folder);
		const [oldest] = this.#folders.keys();
		if (oldest !== undefined && this.#folders.size > RUNNER_LIMITS.ideaFolders) {
			this.#folders.delete(oldest);
		}
	}

	/** A terminal of the idea has begun there: where that is the remembered one, it was used now. */
	used(ideaId: string, folder: string): void {
		if (this.of(ideaId) === folder) this.choose(ideaId, folder);
	}

	clear(): void {
		this.#folders.clear();
	}
}
