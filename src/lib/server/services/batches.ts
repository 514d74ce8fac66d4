/** How much work there is time for. A long task asks before each batch. */
export interface Work {
	/**
	 * False when the run's time is up, or another run has taken over.
	 *
	 * @param ms how long it may take, where what comes next cannot stop in between
	 */
	hasTime(ms?: number): boolean;
}

/** All the time in the world. */
export const UNHURRIED: Work = { hasTime: () => true };

/** Rows of one batch: few enough to lock and log, many enough to get on. */
const BATCH_ROWS = 500;

/** How much a purge deleted, and whether it had to leave some. */
export interface Purged {
	deleted: number;
	more: boolean;
}

/**
 * Deletes batch after batch until one is not full or the time is up. Each batch stands for itself, so
 * that a run that is killed has done what it has done.
 *
 * @param remove deletes at most as many rows as it is told, and says how many
 */
export async function inBatches(
	work: Work,
	remove: (rows: number) => Promise<number>
): Promise<Purged> {
	let deleted = 0;
	while (work.hasTime()) {
		const removed = await remove(BATCH_ROWS);
		deleted += removed;
		if (removed < BATCH_ROWS) return { deleted, more: false };
	}
	return { deleted, more: true };
}

/** The result of a task that purges several kinds of things. */
export function purgedByKind(purged: Record<string, Purged>) {
	const all = Object.values(purged);
	return {
		deleted: all.reduce((sum, { deleted }) => sum + deleted, 0),
		counts: Object.fromEntries(
			Object.entries(purged).map(([kind, { deleted }]) => [kind, deleted])
		),
		more: all.some(({ more }) => more)
	};
}
