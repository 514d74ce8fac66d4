import { gzipSync } from 'node:zlib';
import type { ExportIdeas, IdeaExport, TransferFormat } from '$lib/schemas/transfer';
import { LIMITS } from '$lib/limits';
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
