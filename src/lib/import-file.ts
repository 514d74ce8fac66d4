import { LIMITS } from './limits';
import type { TransferFormat } from './schemas/transfer';

/** What is wrong with a file, before any of it is sent. */
export async function refusalOf(file: File): Promise<string | undefined> {
	if (file.size === 0) return 'This file is empty.';
	if (file.size > LIMITS.importBytes) {
		return `A file may have at most ${LIMITS.importBytes / 1_000_000} MB. Export fewer ideas at a time.`;
	}
	const [a, b] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
	if (a === 0x50 && b === 0x4b) return 'This is a ZIP file. Unpack it, and choose what is in it.';
	if (a === 0x1f && b === 0x8b) return 'This is a GZIP file. Unpack it, and choose what is in it.';
	if (!formatOf(file.name)) return 'Choose a file that ends in .json, .csv or .md.';
	return undefined;
}

const ENDINGS: Record<string, TransferFormat> = {
	json: 'json',
	csv: 'csv',
	tsv: 'csv',
	md: 'markdown',
	markdown: 'markdown',
	txt: 'markdown'
};

/** The form of a file, by its name. */
export const formatOf = (name: string): TransferFormat | undefined =>
	ENDINGS[name.split('.').at(-1)?.toLowerCase() ?? ''];

/** Tells a file from others, so that sending goes on where it broke off. */
export const fingerprintOf = ({ name, size, lastModified }: File): string =>
	`${size} ${lastModified} ${name}`.slice(0, 255);

/** A file, compressed, in pieces of one length. A mark at its begin, as Windows writes one, is left out. */
export async function* piecesOf(
	file: File
): AsyncGenerator<{ body: Uint8Array<ArrayBuffer>; read: number }> {
	const start = new Uint8Array(await file.slice(0, 3).arrayBuffer());
	const isMarked = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
	let read = 0;
	const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
		transform(bytes, controller) {
			read += bytes.byteLength;
			controller.enqueue(bytes);
		}
	});
	const stream = file
		.slice(isMarked ? 3 : 0)
		.stream()
		.pipeThrough(counted)
		.pipeThrough(new CompressionStream('gzip'));
	const reader = stream.getReader();
	const piece = new Uint8Array(LIMITS.importChunkBytes);
	let filled = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		for (let at = 0; at < value.byteLength;) {
			const part = value.subarray(at, at + piece.byteLength - filled);
			piece.set(part, filled);
			filled += part.byteLength;
			at += part.byteLength;
			if (filled < piece.byteLength) continue;
			yield { body: piece.slice(), read };
			filled = 0;
		}
	}
	if (filled > 0) yield { body: piece.slice(0, filled), read };
}
