import pg from 'pg';

/** How many entries, and from when on: they follow each other by a millisecond. */
export interface SeedAudit {
	count: number;
	from?: Date;
	/** Whose trail they stand in. */
	personId?: string;
}

/** Adds entries to the audit of the tests' database, in one statement. */
export async function seedAudit({ count, from, personId }: SeedAudit): Promise<void> {
	const client = new pg.Client(process.env.DATABASE_URL);
	await client.connect();
	try {
		await client.query(
			`INSERT INTO audit_entries
				(id, at, actor_kind, actor_id, person_id, action, target_kind, target_id, changed, details, request_id)
			 SELECT gen_random_uuid(), coalesce($2::timestamptz, clock_timestamp()) + make_interval(secs => n / 1000.0),
				'person', $3::text, $3::uuid, 'idea.update', 'idea', gen_random_uuid(), '{title,notes}', NULL,
				'seed-' || n
			 FROM generate_series(0, $1::int - 1) AS n`,
			[count, from ?? null, personId ?? null]
		);
	} finally {
		await client.end();
	}
}

/** What someone does who owns the database, and can silence the trigger that guards the audit. */
export async function forgeAudit(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
	const client = new pg.Client(process.env.DATABASE_URL);
	await client.connect();
	try {
		await client.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
		await work(client);
		await client.query('ALTER TABLE audit_entries ENABLE TRIGGER USER');
	} finally {
		await client.end();
	}
}
