import { rm } from 'node:fs/promises';
import { Client } from 'pg';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { v4 as uuid } from 'uuid';
import type { PersonalActor } from '../../src/lib/server/services/actor.ts';
import type { Row } from './report.ts';

const FEATURES_EACH = 10;
/** What has been exported before memory is measured: what is more than that must not need more of it. */
const WARM_UP = 500;
const TABLES = ['ideas', 'idea_members', 'features'];

/** A person with many ideas of ten features each, a few lines of text in every one. */
async function createPlenty(client: Client, ideas: number): Promise<PersonalActor> {
	const person = await createOwner(client);
	await client.query(
		`INSERT INTO ideas (id, owner_id, client_key, title, notes)
		SELECT gen_random_uuid(), $1, gen_random_uuid(), 'Idea ' || n, repeat('Some words of it. ', 12)
		FROM generate_series(1, ${ideas}) AS n`,
		[person.userId]
	);
	await client.query('ANALYZE ideas');
	await client.query(
		`INSERT INTO idea_members (idea_id, user_id, role, position)
		SELECT id, $1, 'owner', 'a' || row_number() OVER () FROM ideas WHERE owner_id = $1`,
		[person.userId]
	);
	await client.query(
		`INSERT INTO features (id, idea_id, client_key, title, notes, sections, position)
		SELECT gen_random_uuid(), id, gen_random_uuid(), 'Feature ' || n, repeat('What it does. ', 6),
			jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'label', 'How', 'body', 'With care.')),
			'a' || n
		FROM ideas CROSS JOIN generate_series(0, ${FEATURES_EACH - 1}) AS n WHERE owner_id = $1`,
		[person.userId]
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

/** An exported file, as a browser sends it, and how long it is unpacked. */
interface File {
	packed: Buffer;
	bytes: number;
}

/** Export and import of ideas with ten features each, beside a COPY of the same rows. */
export async function measureTransfer(url: string, ideas: number): Promise<Row[]> {
	const client = new Client(url);
	await client.connect();
	try {
		const ada = await createPlenty(client, ideas);
		const { file, rows } = await measureExport(client, ada);
		const copyMs = await measureCopy(client);
		const items = ideas * (1 + FEATURES_EACH);
		return [...rows, ...(await measureImport(client, { file, copyMs, items }))];
	} finally {
		await client.end();
	}
}

async function measureExport(
	client: Client,
	ada: PersonalActor
): Promise<{ file: File; rows: Row[] }> {
	const { exportIdeas } = await import('../../src/lib/server/services/idea-export.ts');
	const begin = (actor: PersonalActor) =>
		exportIdeas(actor, { format: 'json', archived: true, byteOrderMark: false });
	// A server that has exported something is idle; one that has loaded nothing yet is not there.
	for await (const _ of (await begin(await createPlenty(client, WARM_UP))).pieces);
	const idle = memory();
	const startedAt = performance.now();
	const { pieces } = await begin(ada);
	let firstMs = 0;
	let [most, bytes] = [idle, 0];
	for await (const piece of pieces) {
		firstMs ||= performance.now() - startedAt;
		bytes += Buffer.byteLength(piece);
		most = Math.max(most, process.memoryUsage().rss);
	}
	const seconds = (performance.now() - startedAt) / 1_000;
	const over = (most - idle) / 1_048_576;
	const packed: Buffer[] = [];
	for await (const piece of (await begin(ada)).pieces) packed.push(gzipSync(piece));
	const file = { packed: Buffer.concat(packed), bytes };
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

async function measureImport(
	client: Client,
	{ file, copyMs, items }: { file: File; copyMs: number; items: number }
): Promise<Row[]> {
	const bob = await createOwner(client);
	const first = await takeOver(bob, file);
	const again = await takeOver(bob, file);
	const { undo } = await import('../../src/lib/server/services/undo.ts');
	const undoneAt = performance.now();
	await undo(bob, { token: first.undoToken });
	const undoMs = performance.now() - undoneAt;
	const stopped = await stopHalfWay(client, file);
	const all = (first.readMs + first.confirmMs) / copyMs;
	const gap = Math.max(first.gapMs, again.gapMs);
	const time = (name: string, value: number, ok = true): Row => ({ name, value, unit: 'ms', ok });
	return [
		time('COPY of the same rows', copyMs),
		time('import: reading and comparing', first.readMs),
		time('import: confirming', first.confirmMs, first.written === items),
		{ name: 'import: all beside COPY', value: all, unit: 'x', limit: '≤ 10', ok: all <= 10 },
		{
			name: 'import: longest without news',
			value: gap,
			unit: 'ms',
			limit: '≤ 1000',
			ok: gap <= 1_000
		},
		time('import: the same once more', again.readMs + again.confirmMs, again.written === 0),
		time('import: undone', undoMs),
		time('import: cancelled half-way, until it ends', stopped.tookMs),
		{
			name: 'import: cancelled half-way, what is left of it',
			value: stopped.rows,
			unit: 'rows',
			limit: '0',
			ok: stopped.rows === 0
		}
	];
}

/** Sends a file in pieces as a browser does. */
async function send(person: PersonalActor, { packed, bytes }: File) {
	const { receiveChunk, startImport } = await import('../../src/lib/server/services/imports.ts');
	const about = { name: 'bench', format: 'json', bytes, fingerprint: 'bench' } as const;
	const { id } = await startImport(person, about);
	const chunks = Math.ceil(packed.length / 640_000);
	for (let sequence = 0; sequence < chunks; sequence += 1) {
		const body = new Uint8Array(packed.subarray(sequence * 640_000, (sequence + 1) * 640_000));
		await receiveChunk(person, { id, sequence, body });
	}
	return { id, chunks };
}

async function takeOver(person: PersonalActor, file: File) {
	const { confirmImport } = await import('../../src/lib/server/services/import-confirm.ts');
	const { getImport, readImport } = await import('../../src/lib/server/services/imports.ts');
	const { id, chunks } = await send(person, file);
	const reading = watch(() => getImport(person, { id }));
	const readAt = performance.now();
	await readImport(person, { id, chunks });
	const readMs = performance.now() - readAt;
	const readGapMs = reading.end();
	const confirming = watch(() => getImport(person, { id }));
	const confirmAt = performance.now();
	const { created, changed, undoToken } = await confirmImport(person, { id });
	const confirmMs = performance.now() - confirmAt;
	const gapMs = Math.max(readGapMs, confirming.end());
	return { readMs, confirmMs, gapMs, undoToken, written: created + changed };
}

/** Begins to take a file over, and stops it once half of it is written. */
async function stopHalfWay(client: Client, file: File) {
	const { confirmImport } = await import('../../src/lib/server/services/import-confirm.ts');
	const { cancelImport, getImport, readImport } =
		await import('../../src/lib/server/services/imports.ts');
	const eve = await createOwner(client);
	const { id, chunks } = await send(eve, file);
	await readImport(eve, { id, chunks });
	const end = confirmImport(eve, { id }).then(
		() => Promise.reject(new Error('It was not stopped.')),
		() => performance.now()
	);
	for (;;) {
		const { progress, total } = await getImport(eve, { id });
		if (progress > total / 2 && progress < total) break;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	const stoppedAt = performance.now();
	await cancelImport(eve, { id });
	const tookMs = (await end) - stoppedAt;
	const { rows } = await client.query<{ count: number }>(
		`SELECT (SELECT count(*) FROM ideas WHERE owner_id = $1)::int
			+ (SELECT count(*) FROM imports WHERE user_id = $1)::int
			+ (SELECT count(*) FROM import_items WHERE import_id = $2)::int AS count`,
		[eve.userId, id]
	);
	return { tookMs, rows: rows[0]?.count ?? -1 };
}

/** Notes when the progress that others see changes. */
function watch(ask: () => Promise<{ progress: number; total: number }>) {
	let [last, since, longest, isAsking] = [-1, performance.now(), 0, false];
	const timer = setInterval(() => {
		if (isAsking) return;
		isAsking = true;
		void ask().then(({ progress }) => {
			isAsking = false;
			if (progress === last) return;
			last = progress;
			longest = Math.max(longest, performance.now() - since);
			since = performance.now();
		});
	}, 20);
	return {
		end: () => {
			clearInterval(timer);
			return Math.max(longest, performance.now() - since);
		}
	};
}
