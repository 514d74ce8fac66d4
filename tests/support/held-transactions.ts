import { expect } from 'vitest';
import { db, type Transaction } from '$lib/server/db';

/** Does something in a transaction that ends only when it is told to. @returns ends it */
export async function held(
	work: (tx: Transaction) => Promise<unknown>
): Promise<() => Promise<void>> {
	let end = () => {};
	const told = new Promise<void>((resolve) => (end = resolve));
	let over: Promise<void> | undefined;
	await new Promise<void>((resolve, reject) => {
		over = db.$transaction(async (tx) => {
			await work(tx);
			resolve();
			await told;
		});
		over.catch(reject);
	});
	return async () => {
		end();
		await over;
	};
}

/** Waits until a statement of this kind waits for a lock that somebody else has. */
export const someoneWaits = (statement = '') =>
	expect
		.poll(
			async () => {
				const [row] = await db.$queryRaw<{ waiting: number }[]>`
					SELECT count(*)::int AS waiting FROM pg_stat_activity
					WHERE datname = current_database() AND wait_event_type = 'Lock'
						AND query LIKE ${`%${statement}%`}`;
				return row?.waiting;
			},
			{ timeout: 5_000 }
		)
		.toBeGreaterThan(0);
