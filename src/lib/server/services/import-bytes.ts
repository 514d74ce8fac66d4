import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { LIMITS } from '$lib/limits';
import type { Transaction } from '../db';
import { refusal } from '../refusal';
import { unreadable, UnreadableFile } from './import-problems';

/** The pieces of an import in their order. */
async function* pieces(tx: Transaction, importId: string, chunks: number) {
	for (let sequence = 0; sequence < chunks; sequence += 1) {
		const chunk = await tx.importChunk.findUnique({
			where: { importId_sequence: { importId, sequence } },
			select: { body: true }
		});
		if (!chunk) throw refusal('CONFLICT', 'import.missing', { sequence });
		yield chunk.body;
	}
}

/**
 * The file of an import, unpacked while it is read. It stops as soon as there is more than a file may have,
 * however small it was packed.
 *
 * @throws UnreadableFile
 */
export async function* unpacked(
	tx: Transaction,
	{ importId, chunks }: { importId: string; chunks: number }
): AsyncGenerator<Uint8Array> {
	const gunzip = createGunzip({ chunkSize: 65_536 });
	const source = Readable.from(pieces(tx, importId, chunks));
	source.on('error', (error) => gunzip.destroy(error));
	source.pipe(gunzip);
	const utf8 = new TextDecoder('utf-8', { fatal: true });
	let total = 0;
	try {
		for await (const bytes of gunzip as AsyncIterable<Uint8Array>) {
			if (total === 0) refuseOtherKinds(bytes);
			total += bytes.byteLength;
			if (total > LIMITS.importBytes) {
				unreadable('', `Unpacked, this file has more than ${LIMITS.importBytes / 1_000_000} MB.`);
			}
			assertText(utf8, bytes);
			yield bytes;
		}
		assertText(utf8);
	} catch (error) {
		if (error instanceof UnreadableFile) throw error;
		const isPacking =
			error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
		if (isPacking) unreadable('', 'The file did not arrive whole. Send it again.');
		throw error;
	} finally {
		source.destroy();
		gunzip.destroy();
	}
}

/** Letters of another encoding would come in as question marks. @throws UnreadableFile */
function assertText(utf8: TextDecoder, bytes?: Uint8Array): void {
	try {
		utf8.decode(bytes, { stream: bytes !== undefined });
	} catch {
		unreadable('', 'This file is not in UTF-8. Save it as UTF-8; Excel calls that “CSV UTF-8”.');
	}
}

/** What begins like a packed file or a program is none of ours, whatever it is called. */
function refuseOtherKinds(bytes: Uint8Array): void {
	const begins = (...magic: number[]) => magic.every((byte, at) => bytes[at] === byte);
	if (begins(0x50, 0x4b))
		unreadable('', 'This is a ZIP file. Unpack it, and import what is in it.');
	if (begins(0x1f, 0x8b))
		unreadable('', 'This is a GZIP file. Unpack it, and import what is in it.');
	if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) {
		unreadable('', 'This file is in UTF-16. Save it as UTF-8.');
	}
}
