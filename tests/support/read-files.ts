import type { TransferFormat } from '$lib/schemas/transfer';
import { itemsOf } from '$lib/server/services/import-parts';
import { Problems, UnreadableFile } from '$lib/server/services/import-problems';

/** An idea of a file as an import takes it, with its features. */
export type ReadIdea = Record<string, unknown> & { features: Record<string, unknown>[] };

/** Reads a file as an import does, without an account: a few bytes at a time. */
export async function readAs(format: TransferFormat, file: string | Uint8Array) {
	const problems = new Problems();
	const ideas: ReadIdea[] = [];
	const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
	async function* pieces() {
		for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
	}
	try {
		for await (const item of itemsOf(format, pieces(), problems)) {
			const { idea_index: idea, feature_index: feature, source_id: id, content } = item;
			const said = { ...content, ...(id && { id }) };
			ideas[idea] ??= { features: [] };
			if (feature < 0) Object.assign(ideas[idea], said);
			else ideas[idea].features[feature] = said;
		}
	} catch (error) {
		if (!(error instanceof UnreadableFile)) throw error;
		problems.all.push(error.problem);
	}
	return { ideas, remarks: problems.remarks, problems: problems.all };
}

/** The titles of a file, features under their ideas. */
export const shapeOf = (ideas: ReadIdea[]) =>
	ideas.map(({ title, features }) =>
		features.length > 0 ? [title, features.map((one) => one.title)] : title
	);
