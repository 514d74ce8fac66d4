import { gzipSync } from 'node:zlib';
import type { ExportIdeas, IdeaExport, TransferFormat } from '$lib/schemas/transfer';
import { v4 as uuid } from 'uuid';
import { LIMITS } from '$lib/limits';
import { db } from '$lib/server/db';
import { createFeatureFor, createIdeaFor, createPerson } from './factories';
import type { PersonalActor } from '$lib/server/services/actor';
import { exportIdeas } from '$lib/server/services/idea-export';
import { confirmImport } from '$lib/server/services/import-confirm';
import { readImport, receiveChunk, startImport } from '$lib/server/services/imports';

/** A file of this person's ideas, whole. */
export async function exported(
	person: PersonalActor,
	given: Partial<ExportIdeas> = {}
): Promise<string> {
	const { pieces } = await exportIdeas(person, {
		format: 'json',
		archived: true,
		byteOrderMark: false,
		...given
	});
	let text = '';
	for await (const piece of pieces) text += piece;
	return text;
}

/** The same as a program reads it. */
export const exportedAsJson = async (person: PersonalActor): Promise<IdeaExport> =>
	JSON.parse(await exported(person)) as IdeaExport;

/** Sends a file in pieces as a browser does, and has it read. */
export async function sent(
	person: PersonalActor,
	file: string | Uint8Array,
	format: TransferFormat = 'json'
) {
	const packed = gzipSync(file);
	const { id } = await startImport(person, {
		name: 'a file',
		format,
		bytes: Math.min(file.length, LIMITS.importBytes) || 1,
		fingerprint: String(Math.random())
	});
	const chunks = Math.ceil(packed.length / LIMITS.importChunkBytes);
	for (let sequence = 0; sequence < chunks; sequence += 1) {
		const at = sequence * LIMITS.importChunkBytes;
		const body = new Uint8Array(packed.subarray(at, at + LIMITS.importChunkBytes));
		await receiveChunk(person, { id, sequence, body });
	}
	return readImport(person, { id, chunks });
}

/** Sends a file and takes it over. */
export async function imported(
	person: PersonalActor,
	file: string,
	format: TransferFormat = 'json'
) {
	const { id, state, problems } = await sent(person, file, format);
	if (state !== 'ready') throw new Error(`Refused: ${JSON.stringify(problems)}`);
	return { id, ...(await confirmImport(person, { id })) };
}

/** What of a file is the person's work: without the ids and numbers that each account gives anew. */
export const workOf = ({ ideas }: IdeaExport) =>
	ideas.map(({ idea, features }) => {
		const { id: _id, position: _position, version: _version, ...content } = idea;
		return {
			...content,
			features: features.map(({ id: _i, position: _p, version: _v, ...feature }) => feature)
		};
	});

/** A file as somebody else may have written it. */
export const fileOf = (ideas: unknown[], more: object = {}) =>
	JSON.stringify({ schemaVersion: 1, ideas, ...more });

/** The same with one idea. */
export const fileOfOne = (idea: object, features: unknown[] = []) => fileOf([{ idea, features }]);

/** A person with something of everything. */
export async function createWorkspace() {
	const ada = await createPerson();
	const engine = await createIdeaFor(ada, {
		title: 'Engine “α”',
		notes: 'x\u2028y\n=SUM(A1)',
		star: 'super',
		linkUrl: 'https://example.com/a',
		linkLabel: 'A page'
	});
	await createFeatureFor(ada, engine.id, {
		title: 'A wheel',
		sections: [{ id: uuid(), label: 'How', body: 'With teeth\n- and care' }],
		visibility: 'private',
		star: 'star'
	});
	const done = await createFeatureFor(ada, engine.id, { title: '=A1+B1' });
	await db.feature.update({
		where: { id: done.id },
		data: { completedAt: new Date('2026-01-02T03:04:05.678Z'), starBeforeDone: 'star' }
	});
	const old = await createIdeaFor(ada, { title: 'Put aside', visibility: 'public' });
	await db.ideaMember.updateMany({
		where: { ideaId: old.id },
		data: { archivedAt: new Date('2026-02-03T00:00:00Z'), tags: ['brass', 'loud'] }
	});
	return { ada, engine, old };
}

/** The titles of a person's ideas, in their order. */
export const titlesOf = async ({ userId }: PersonalActor) =>
	(
		await db.ideaMember.findMany({
			where: { userId, idea: { deletedAt: null } },
			orderBy: { position: 'asc' },
			select: { idea: { select: { title: true } } }
		})
	).map(({ idea }) => idea.title);
