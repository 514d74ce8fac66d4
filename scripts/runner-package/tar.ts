import { gzipSync } from 'node:zlib';

/** A file of an archive. */
export interface ArchivedFile {
	/** With slashes, from the top of the archive. */
	path: string;
	bytes: Uint8Array;
	/** Whether it may be run. */
	runs?: boolean;
}

const BLOCK = 512;
const [NAME_CHARS, PREFIX_CHARS] = [100, 155];
/** 2000-01-01: the same files are the same archive, whenever it is made. */
const MODIFIED = 946_684_800;

/** Packs files as `.tar.gz` (POSIX.1-1988, "ustar"), without anything of the computer that does it. */
export function archive(files: readonly ArchivedFile[]): Buffer {
	const parts = files.flatMap((file) => {
		const rest = (BLOCK - (file.bytes.length % BLOCK)) % BLOCK;
		return [header(file), file.bytes, Buffer.alloc(rest)];
	});
	return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]), { level: 9 });
}

function header({ path, bytes, runs = false }: ArchivedFile): Buffer {
	const { name, prefix } = split(path);
	const block = Buffer.alloc(BLOCK);
	block.write(name, 0);
	block.write(octal(runs ? 0o755 : 0o644, 8), 100);
	block.write(octal(0, 8), 108);
	block.write(octal(0, 8), 116);
	block.write(octal(bytes.length, 12), 124);
	block.write(octal(MODIFIED, 12), 136);
	block.write(' '.repeat(8), 148);
	block.write('0', 156);
	block.write('ustar\0' + '00', 257);
	block.write(prefix, 345);
	const sum = block.reduce((total, byte) => total + byte, 0);
	block.write(`${octal(sum, 7)}\0 `, 148, 8, 'latin1');
	return block;
}

/** @throws Error for a path that has no place in this format */
function split(path: string): { name: string; prefix: string } {
	if (path.length <= NAME_CHARS) return { name: path, prefix: '' };
	const at = path.indexOf('/', path.length - NAME_CHARS - 1);
	const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
	if (at < 0 || prefix.length > PREFIX_CHARS)
		throw new Error(`${path} is too long for an archive.`);
	return { name, prefix };
}

const octal = (number: number, width: number): string =>
	number.toString(8).padStart(width - 1, '0');
