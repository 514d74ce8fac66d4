import { SCHEMA_VERSION, type ExportIdeas, type TransferFormat } from '$lib/schemas/transfer';
import { writeCsv } from './export-csv';
import { writeMarkdown } from './export-markdown';
import type { Exported } from './transfer-documents';

/** How one kind of file is written. */
export interface Writer {
	type: string;
	extension: string;
	write: (content: AsyncIterable<Exported>, input: ExportIdeas) => AsyncGenerator<string>;
}

/** A piece is sent once it is this long. */
const PIECE_CHARS = 32_768;

/** Every kind of file. */
export const WRITERS: Record<TransferFormat, Writer> = {
	json: { type: 'application/json', extension: 'json', write: inPieces(writeJson) },
	csv: { type: 'text/csv', extension: 'csv', write: inPieces(writeCsv) },
	markdown: { type: 'text/markdown', extension: 'md', write: inPieces(writeMarkdown) }
};

/** The numbers stand last: they are those of what was written, whatever happened meanwhile. */
async function* writeJson(content: AsyncIterable<Exported>): AsyncGenerator<string> {
	yield `{"schemaVersion":${SCHEMA_VERSION},"exportedAt":${JSON.stringify(new Date())},"ideas":[`;
	let [ideas, features, ofThisIdea] = [0, 0, 0];
	for await (const part of content) {
		if (part.kind === 'idea') {
			yield `${ideas > 0 ? ']},' : ''}\n{"idea":${JSON.stringify(part.idea)},"features":[`;
			ideas += 1;
			ofThisIdea = 0;
		} else {
			yield `${ofThisIdea > 0 ? ',' : ''}\n${JSON.stringify(part.feature)}`;
			features += 1;
			ofThisIdea += 1;
		}
	}
	yield `${ideas > 0 ? ']}' : ''}\n],"ideaCount":${ideas},"featureCount":${features}}\n`;
}

/** Gathers what is written, so that not each line travels for itself; the first leaves at once. */
function inPieces(write: Writer['write']): Writer['write'] {
	return async function* (content, input) {
		let piece = '';
		let limit = 0;
		for await (const text of write(content, input)) {
			piece += text;
			if (piece.length <= limit) continue;
			yield piece;
			piece = '';
			limit = PIECE_CHARS;
		}
		if (piece) yield piece;
	};
}
