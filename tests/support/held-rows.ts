import pg from 'pg';
import { expect } from './e2e';
import type { App } from './app-server';

/** Something in the database that nobody else gets on with before it is let go. */
export interface Held {
	/** Waits until somebody waits for it. */
	waiting(): Promise<void>;
	release(): Promise<void>;
}

/** Holds a person: whoever changes what is theirs waits. */
export const holdPerson = (app: App, id: string): Promise<Held> =>
	hold(app, 'SELECT id FROM users WHERE id = $1 FOR UPDATE', [id]);

/** Holds the earlier texts: what an import writes last, after all ideas and features. */
export const holdEarlierTexts = (app: App): Promise<Held> =>
	hold(app, 'LOCK TABLE revisions IN EXCLUSIVE MODE');

async function hold(app: App, statement: string, values: string[] = []): Promise<Held> {
	const client = new pg.Client(app.databaseUrl);
	await client.connect();
	await client.query('BEGIN');
	await client.query(statement, values);
	return {
		waiting: () =>
			expect
				.poll(async () => {
					const { rows } = await client.query<{ waiting: number }>(
						`SELECT count(*)::int AS waiting FROM pg_stat_activity
						 WHERE datname = current_database() AND wait_event_type = 'Lock'`
					);
					return rows[0]?.waiting;
				})
				.toBeGreaterThan(0),
		async release() {
			await client.query('ROLLBACK');
			await client.end();
		}
	};
}
