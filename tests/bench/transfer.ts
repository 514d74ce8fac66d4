import { rm } from 'node:fs/promises';
import { Client } from 'pg';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { v4 as uuid } from 'uuid';
import type { PersonalActor } from '../../src/lib/server/services/actor.ts';
import type { Row } from './report.ts';

const IDEAS = 10_000;
const FEATURES_EACH = 10;
const TABLES = ['ideas', 'idea_members', 'features'];

/** A person with 10,000 ideas of ten features each, a few lines of text in every one. */
async function createPlenty(client: Client): Promise<PersonalActor> {
	const person = await createOwner(client);
	await client.query(
		`INSERT INTO ideas (id, owner_id, client_key, title, notes)
		SELECT gen_random_uuid(), $1, gen_random_uuid(), 'Idea ' || n, repeat('Some words of it. ', 12)
		FROM generate_series(1, ${IDEAS}) AS n`,
		[person.userId]
	);
	await client.query('ANALYZE ideas');
	await client.query(
		`INSERT INTO idea_members (idea_id, user_id, role, position)
		SELECT id, $1, 'owner', 'a' || row_number() OVER () FROM ideas`,
		[person.userId]
	);
	await client.query(
		`INSERT INTO features (id, idea_id, client_key, title, notes, sections, position)
		SELECT gen_random_uuid(), id, gen_random_uuid(), 'Feature ' || n, repeat('What it does. ', 6),
			jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'label', 'How', 'body', 'With care.')),
			'a' || n
		FROM ideas CROSS JOIN generate_series(0, ${FEATURES_EACH - 1}) AS n`
	);
	await client.query('ANALYZE');
	return person;
}

async function createOwner(client: Client): Promise<PersonalActor> {
	const userId = uuid();
	await client.query('INSERT INTO users (id, email) VALUES ($1, $2)', [userId, `${userId}@x.test`]);
	return { kind: 'person', userId, requestId: 'bench' };
}

/** Memory that lives: what is garbage is collected first. */
const memory = () => {
	globalThis.gc?.();
	return process.memoryUsage().rss;
};

/** Export and import of 10,000 ideas with 100,000 features, beside a COPY of the same rows. */
export async function measureTransfer(url: string): Promise<Row[]> {
	const client = new Client(url);
	await client.connect();
	try {
		const ada = await createPlenty(client);
		const { file, rows } = await measureExport(ada);
		const copyMs = await measureCopy(client);
		return [...rows, ...(await measureImport(await createOwner(client), file, copyMs))];
	} finally {
		await client.end();
	}
}

async function measureExport(ada: PersonalActor): Promise<{ file: Buffer[]; rows: Row[] }> {
	const { exportIdeas } = await import('../../src/lib/server/services/idea-export.ts');
	const begin = () => exportIdeas(ada, { format: 'json', archived: true, byteOrderMark: false });
	const file: Buffer[] = [];
	for await (const piece of (await begin()).pieces) file.push(gzipSync(piece));
	const idle = memory();
	const startedAt = performance.now();
	const { pieces } = await begin();
	let firstMs = 0;
	let [most, bytes, count] = [idle, 0, 0];
	for await (const piece of pieces) {
		firstMs ||= performance.now() - startedAt;
		bytes += Buffer.byteLength(piece);
		if ((count += 1) % 20 === 0) most = Math.max(most, process.memoryUsage().rss);
	}
	const seconds = (performance.now() - startedAt) / 1_000;
	const over = (most - idle) / 1_048_576;
	return {
		file,
		rows: [
			{ name: 'export: memory over idle', value: over, unit: 'MiB', limit: '≤ 64', ok: over <= 64 },
			{
				name: 'export: first byte',
				value: firstMs,
				unit: 'ms',
				limit: '≤ 300',
				ok: firstMs <= 300
			},
			{ name: 'export: all of it', value: seconds, unit: 's', ok: true, peers: { MB: bytes / 1e6 } }
		]
	};
}

/** The same rows out of the tables and in again, with their indexes and checks. */
async function measureCopy(client: Client): Promise<number> {
	const file = (table: string) => join(tmpdir(), `coda-bench-${table}`);
	for (const table of TABLES) await client.query(`COPY ${table} TO '${file(table)}'`);
	await client.query('TRUNCATE ideas CASCADE');
	const startedAt = performance.now();
	await client.query('BEGIN');
	for (const table of TABLES) await client.query(`COPY ${table} FROM '${file(table)}'`);
	await client.query('COMMIT');
	const tookMs = performance.now() - startedAt;
	for (const table of TABLES) await rm(file(table), { force: true });
	return tookMs;
}

async function measureImport(bob: PersonalActor, file: Buffer[], copyMs: number): Promise<Row[]> {
	const { confirmImport } = await import('../../src/lib/server/services/import-confirm.ts');
	const { getImport, readImport, receiveChunk, startImport } =
		await import('../../src/lib/server/services/imports.ts');
	const packed = Buffer.concat(file);
	const { id } = await startImport(bob, {
		name: 'bench',
		format: 'json',
		bytes: packed.length,
		fingerprint: 'bench'
	});
	const chunks = Math.ceil(packed.length / 640_000);
	for (let sequence = 0; sequence < chunks; sequence += 1) {
		const body = new Uint8Array(packed.subarray(sequence * 640_000, (sequence + 1) * 640_000));
		await receiveChunk(bob, { id, sequence, body });
	}
	const told = watch(() => getImport(bob, { id }));
	const readAt = performance.now();
	await readImport(bob, { id, chunks });
	const readMs = performance.now() - readAt;
	const confirmAt = performance.now();
	const { created } = await confirmImport(bob, { id });
	const confirmMs = performance.now() - confirmAt;
	const gap = told.end();
	const all = (readMs + confirmMs) / copyMs;
	return [
		{ name: 'COPY of the same rows', value: copyMs, unit: 'ms', ok: true },
		{ name: 'import: reading and comparing', value: readMs, unit: 'ms', ok: true },
		{
			name: 'import: confirming',
			value: confirmMs,
			unit: 'ms',
			ok: created === IDEAS * (1 + FEATURES_EACH)
		},
		{ name: 'import: all beside COPY', value: all, unit: 'x', limit: '≤ 10', ok: all <= 10 },
		{
			name: 'import: longest without news',
			value: gap,
			unit: 'ms',
			limit: '≤ 1000',
			ok: gap <= 1_000
		}
	];
}

/** Notes when the progress that others see changes. */
function watch(ask: () => Promise<{ progress: number; total: number }>) {
	let [last, since, longest, isAsking] = ['', performance.now(), 0, false];
	const timer = setInterval(() => {
		if (isAsking) return;
		isAsking = true;
		void ask().then(({ progress, total }) => {
			isAsking = false;
			if (`${progress}/${total}` === last) return;
			last = `${progress}/${total}`;
			longest = Math.max(longest, performance.now() - since);
			since = performance.now();
		});
	}, 20);
	return {
		end: () => {
			clearInterval(timer);
			return longest;
		}
	};
}
