import { createHash, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { App } from './app-server.ts';
import { CURRENT_DOCUMENTS } from './legal.ts';

/** A person with an account. */
export interface Person {
	id: string;
	email: string;
}

/** Runs SQL on the application's database. */
export async function sql<Row extends pg.QueryResultRow>(
	app: App,
	text: string,
	values: unknown[] = []
): Promise<Row[]> {
	const client = new pg.Client(app.databaseUrl);
	await client.connect();
	try {
		return (await client.query<Row>(text, values)).rows;
	} finally {
		await client.end();
	}
}

/** Adds a person to the application's database, who has agreed to everything unless they are `new`. */
export async function createPerson(app: App, { isNew = false } = {}): Promise<Person> {
	const person = { id: uuid(), email: `${randomUUID()}@example.com` };
	await sql(app, `INSERT INTO users (id, email, time_zone) VALUES ($1, $2, 'UTC')`, [
		person.id,
		person.email
	]);
	if (!isNew) await agree(app, person);
	return person;
}

/** Records that a person agreed to the present documents. */
export async function agree(app: App, person: Person): Promise<void> {
	for (const { document, version } of CURRENT_DOCUMENTS) {
		await sql(
			app,
			'INSERT INTO consents (id, user_id, document, version) VALUES ($1, $2, $3, $4)',
			[uuid(), person.id, document, version]
		);
	}
}

/** A session of a person, as signing in makes one. @returns what its cookie holds */
export async function createSession(app: App, person: Person): Promise<string> {
	const token = randomBytes(32).toString('base64url');
	await sql(
		app,
		`INSERT INTO sessions (id, token_hash, user_id, expires_at)
		 VALUES ($1, $2, $3, now() + interval '30 days')`,
		[uuid(), createHash('sha256').update(token).digest('hex'), person.id]
	);
	return token;
}
