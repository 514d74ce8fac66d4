import { LIMITS } from '$lib/limits';
import type {
	ChooseImport,
	ImportChunk,
	ImportId,
	ReadImport,
	StartImport,
	TransferFormat
} from '$lib/schemas/transfer';
import { db, type Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { inBatches, type Purged, type Work } from './batches';
import { unpacked } from './import-bytes';
import { importStep, importsOf, isFree, isUnderWay, within, type Progress } from './import-lock';
import { itemsOf, type StagedItem } from './import-parts';
import { planHash, planImport } from './import-plan';
import { Problems, UnreadableFile, type ImportProblem } from './import-problems';

/** Rows that are staged with one statement, and how long they may be together: one may have a quarter of a megabyte. */
const BATCH = { rows: 500, chars: 4_000_000 };

const importSelect = {
	id: true,
	name: true,
	format: true,
	bytes: true,
	state: true,
	problems: true,
	remarks: true,
	progress: true,
	total: true,
	result: true,
	createdAt: true,
	updatedAt: true
} satisfies Prisma.ImportSelect;

/** An import as the page shows it. */
export type Import = Omit<
	Prisma.ImportGetPayload<{ select: typeof importSelect }>,
	'problems' | 'remarks' | 'result'
> & {
	problems: ImportProblem[];
	remarks: ImportProblem[];
	result: { created: number; changed: number } | null;
	/** It is being read or taken over at the moment. */
	isUnderWay: boolean;
};

async function importOf(
	row: Prisma.ImportGetPayload<{ select: typeof importSelect }>
): Promise<Import> {
	return {
		...row,
		problems: row.problems as unknown as ImportProblem[],
		remarks: row.remarks as unknown as ImportProblem[],
		result: row.result as Import['result'],
		isUnderWay: row.state !== 'done' && (await isUnderWay(row.id))
	};
}

/**
 * Opens an import, or finds the one of the same file that broke off, with the pieces that have arrived. What
 * the person had begun with another file is forgotten: there is one at a time.
 *
 * @throws CONFLICT while another one is being read or taken over
 */
export async function startImport(actor: PersonalActor, input: StartImport) {
	const { open } = await currentImport(actor);
	// Before the person is locked: what is being taken over has them until it is over.
	if (open?.isUnderWay && open.state !== 'receiving') throw refusal('CONFLICT', 'import.another');
	return db.$transaction(async (tx) => {
		await tx.$queryRaw`SELECT id FROM users WHERE id = ${actor.userId}::uuid FOR NO KEY UPDATE`;
		const known = await tx.import.findFirst({
			where: { ...importsOf(actor), ...input, state: 'receiving' },
			select: { id: true, chunks: { select: { sequence: true }, orderBy: { sequence: 'asc' } } }
		});
		await forgetOthers(tx, actor, known?.id);
		const { id } =
			known ??
			(await tx.import.create({ data: { ...input, userId: actor.userId }, select: { id: true } }));
		return { id, received: known?.chunks.map(({ sequence }) => sequence) ?? [] };
	});
}

/** Those that a step is at work on stay, and nothing is begun beside them. @throws CONFLICT */
async function forgetOthers(tx: Transaction, { userId }: PersonalActor, id: string | undefined) {
	const where = {
		userId,
		state: { not: 'done' },
		id: { not: id }
	} satisfies Prisma.ImportWhereInput;
	for (const other of await tx.import.findMany({ where, select: { id: true } })) {
		if (!(await isFree(tx, other.id))) throw refusal('CONFLICT', 'import.another');
		await tx.import.deleteMany({ where: { ...where, id: other.id } });
	}
}

/** Keeps a piece of the file. Sent twice it is kept once. @throws NOT_FOUND */
export async function receiveChunk(
	actor: PersonalActor,
	{ id, sequence, body }: ImportChunk
): Promise<{ sequence: number }> {
	const kept = await db.$executeRaw`
		INSERT INTO import_chunks (import_id, sequence, body)
		SELECT id, ${sequence}, ${body} FROM imports
		WHERE id = ${id}::uuid AND user_id = ${actor.userId}::uuid AND state = 'receiving' AND cancelled_at IS NULL
			AND (SELECT coalesce(sum(octet_length(c.body)), 0) FROM import_chunks AS c
				WHERE c.import_id = ${id}::uuid) <= ${LIMITS.importBytes}
		ON CONFLICT (import_id, sequence) DO UPDATE SET body = excluded.body`;
	if (kept === 0) throw refusal('NOT_FOUND', 'import.notFound');
	return { sequence };
}

/** One import. @throws NOT_FOUND */
export async function getImport(actor: PersonalActor, { id }: ImportId): Promise<Import> {
	const row = await db.import.findFirst({
		where: { id, ...importsOf(actor) },
		select: importSelect
	});
	if (!row) throw refusal('NOT_FOUND', 'import.notFound');
	return importOf(row);
}

/** Where the person's imports stand: the one that is not over, and the last one that is. */
export async function currentImport(
	actor: PersonalActor
): Promise<{ open: Import | null; last: Import | null }> {
	const latest = async (state: Prisma.ImportWhereInput['state']) => {
		const where = { ...importsOf(actor), state };
		const orderBy = { createdAt: 'desc' } as const;
		const row = await db.import.findFirst({ where, orderBy, select: importSelect });
		return row && importOf(row);
	};
	return { open: await latest({ not: 'done' }), last: await latest('done') };
}

/**
 * Reads the file whole and compares it with the account. A file that is wrong somewhere is refused with what is
 * wrong, and nothing of it is kept.
 *
 * @throws NOT_FOUND, CONFLICT while it is being read already, or when a piece is missing
 */
export async function readImport(
	actor: PersonalActor,
	{ id, chunks }: ReadImport
): Promise<Import> {
	const { format, bytes, state } = await getImport(actor, { id });
	if (state !== 'receiving') return getImport(actor, { id });
	const problems = await importStep(actor, id, async (tx, progress) => {
		const problems = new Problems();
		try {
			const file = { importId: id, chunks, bytes };
			const read = readWithProgress(tx, file, within(progress, 0, 0.8));
			await stage(tx, id, itemsOf(format as TransferFormat, read, problems));
		} catch (error) {
			if (!(error instanceof UnreadableFile)) throw error;
			problems.all.push(error.problem);
		}
		if (problems.all.length > 0) await refuse(tx, id, problems.all);
		else {
			await settle(tx, actor, { id, progress: within(progress, 0.8, 1) });
			// Only now: how far it is could not be told any more, once this transaction holds the row.
			await tx.import.update({
				where: { id },
				data: { remarks: problems.remarks as unknown as Prisma.InputJsonArray },
				select: { id: true }
			});
		}
		return problems.all;
	});
	if (problems.length > 0) {
		await db.importItem.deleteMany({ where: { importId: id } });
	}
	return getImport(actor, { id });
}

async function* readWithProgress(
	tx: Transaction,
	file: { importId: string; chunks: number; bytes: number },
	progress: Progress
): AsyncGenerator<Uint8Array> {
	let done = 0;
	let toldAt = performance.now();
	for await (const bytes of unpacked(tx, file)) {
		yield bytes;
		done += bytes.byteLength;
		if (performance.now() - toldAt < 300) continue;
		toldAt = performance.now();
		await progress(done / file.bytes);
	}
}

async function stage(tx: Transaction, importId: string, items: AsyncIterable<StagedItem>) {
	let batch: string[] = [];
	let chars = 0;
	const flush = async () => {
		await tx.$executeRaw`
			INSERT INTO import_items (import_id, idea_index, feature_index, new_id, source_id, title,
				content, position, created_at, updated_at)
			SELECT ${importId}::uuid, x.* FROM jsonb_to_recordset(${`[${batch.join(',')}]`}::jsonb) AS x(
				idea_index int, feature_index int, new_id uuid, source_id uuid, title text, content jsonb,
				position text, created_at timestamptz, updated_at timestamptz)`;
		[batch, chars] = [[], 0];
	};
	for await (const item of items) {
		const text = JSON.stringify(item);
		batch.push(text);
		chars += text.length;
		if (batch.length === BATCH.rows || chars >= BATCH.chars) await flush();
	}
	if (batch.length > 0) await flush();
}

async function refuse(tx: Transaction, id: string, problems: ImportProblem[]) {
	await tx.import.update({
		where: { id },
		data: { state: 'refused', problems: problems as unknown as Prisma.InputJsonArray },
		select: { id: true }
	});
	await tx.importChunk.deleteMany({ where: { importId: id } });
}

async function settle(
	tx: Transaction,
	actor: PersonalActor,
	{ id, progress }: { id: string; progress: Progress }
) {
	await planImport(tx, actor, { id, progress });
	await tx.import.update({
		where: { id },
		data: { state: 'ready', plan: await planHash(tx, id) },
		select: { id: true }
	});
	await tx.importChunk.deleteMany({ where: { importId: id } });
}

/** Compares an import with the account as it is now. @throws NOT_FOUND, CONFLICT */
export async function refreshImport(actor: PersonalActor, { id }: ImportId): Promise<Import> {
	await importStep(actor, id, async (tx, progress) => {
		const { state } = await tx.import.findUniqueOrThrow({ where: { id }, select: { state: true } });
		if (state === 'ready') await settle(tx, actor, { id, progress });
	});
	return getImport(actor, { id });
}

/**
 * Says what becomes of one conflict, or of all.
 *
 * @throws NOT_FOUND, CONFLICT while the import is taken over, which would else be written half one way, half another
 */
export async function chooseImport(
	actor: PersonalActor,
	{ id, choice, item }: ChooseImport
): Promise<{ changed: number }> {
	await getImport(actor, { id });
	const count = await db.$transaction(async (tx) => {
		if (!(await isFree(tx, id))) throw refusal('CONFLICT', 'import.busy');
		const where = { importId: id, verdict: 'conflict', ...item };
		return (await tx.importItem.updateMany({ where, data: { choice } })).count;
	});
	if (item && count === 0) throw refusal('NOT_FOUND', 'import.notFound');
	return { changed: count };
}

/**
 * Forgets the file. A step that is under way is asked to stop instead, and leaves nothing.
 *
 * @throws NOT_FOUND
 */
export async function cancelImport(
	actor: PersonalActor,
	{ id }: ImportId
): Promise<{ id: string }> {
	const { userId } = actor;
	const where = { id, userId, state: { not: 'done' } } satisfies Prisma.ImportWhereInput;
	const { count } = await db.import.updateMany({ where, data: { cancelledAt: new Date() } });
	if (count === 0) throw refusal('NOT_FOUND', 'import.notFound');
	await db.$transaction(async (tx) => {
		if (await isFree(tx, id)) await tx.import.deleteMany({ where });
	});
	return { id };
}

/** Forgets files a day after they came, and what an import did once it cannot be undone any more. */
export async function purgeImports(work: Work): Promise<Record<string, Purged>> {
	const days = Prisma.sql`make_interval(days => ${RETENTION.importDays}::int)`;
	const over = Prisma.sql`imports.updated_at < now() - CASE imports.state WHEN 'done'
		THEN make_interval(days => ${RETENTION.undoDays}::int) ELSE ${days} END`;
	const purge = (table: string, which: Prisma.Sql) =>
		inBatches(
			work,
			(rows) => db.$executeRaw`
				DELETE FROM ${Prisma.raw(table)} WHERE ctid = ANY(ARRAY(
					SELECT part.ctid FROM ${Prisma.raw(table)} AS part JOIN imports ON imports.id = part.import_id
					WHERE ${which} LIMIT ${rows}
				))`
		);
	const items = await purge('import_items', Prisma.sql`imports.updated_at < now() - ${days}`);
	const chunks = await purge('import_chunks', Prisma.sql`imports.updated_at < now() - ${days}`);
	const changes = await purge('import_changes', over);
	const imports = await inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM imports WHERE id IN (
				SELECT id FROM imports WHERE ${over} LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
	return { importItems: items, importChunks: chunks, importChanges: changes, imports };
}
