import pg from 'pg';

/** What a process writes for itself, seconds after what it is about. */
const BY_ITSELF = /INSERT INTO (request_totals|releases)\b/;

type Query = typeof pg.Client.prototype.query;

/** Counts the SQL statements that reach Postgres while `work` runs. BEGIN and COMMIT count too. */
export async function countStatements(work: () => Promise<unknown>): Promise<number> {
	return (await collectStatements(work)).length;
}

/** The SQL statements that reach Postgres while `work` runs, in order. */
export async function collectStatements(work: () => Promise<unknown>): Promise<string[]> {
	const statements: string[] = [];
	const original: Query = pg.Client.prototype.query;
	const counting = function (this: pg.Client, ...args: unknown[]): unknown {
		const [query] = args;
		const sql = typeof query === 'string' ? query : (query as { text?: string })?.text;
		if (sql && !BY_ITSELF.test(sql)) statements.push(sql);
		return Reflect.apply(original, this, args);
	};
	pg.Client.prototype.query = counting as Query;
	try {
		await work();
	} finally {
		pg.Client.prototype.query = original;
	}
	return statements;
}
