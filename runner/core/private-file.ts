import { randomUUID } from 'node:crypto';
import {
	chmodSync,
	closeSync,
	constants,
	fstatSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { dirname } from 'node:path';
import type * as z from 'zod';

const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;
const OTHERS = 0o077;

/** A file of the runner is not as the runner wrote it. The message says which, and what to do. */
export class FileProblem extends Error {
	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = 'FileProblem';
	}
}

/**
 * Reads JSON that belongs to one person alone; nothing where there is no file.
 *
 * @throws FileProblem where others may read it, it is a link, or it is not what was written
 */
export function readPrivate<Schema extends z.ZodType>(
	path: string,
	schema: Schema
): z.output<Schema> | undefined {
	const file = open(path);
	if (file === undefined) return undefined;
	try {
		const stat = fstatSync(file);
		if (process.platform !== 'win32' && (!isOurs(stat) || (stat.mode & OTHERS) !== 0)) {
			throw new FileProblem(
				`Others may read ${path}. If nobody has, run: chmod 600 "${path}". Else unpair this computer.`
			);
		}
		return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
	} catch (cause) {
		if (cause instanceof FileProblem) throw cause;
		throw new FileProblem(`${path} cannot be read. Remove it, and pair this computer anew.`, {
			cause
		});
	} finally {
		closeSync(file);
	}
}

/**
 * Writes JSON for one person alone, whole or not at all. Its folder is made.
 *
 * @throws FileProblem, as where the disk is full
 */
export function writePrivate(path: string, value: unknown): void {
	const draft = `${path}.${randomUUID()}`;
	try {
		makePrivateFolder(dirname(path));
		const file = openSync(draft, 'wx', OWNER_ONLY);
		try {
			writeFileSync(file, `${JSON.stringify(value, null, '\t')}\n`);
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
		renameSync(draft, path);
	} catch (cause) {
		removeIfPossible(draft);
		throw writeProblem(path, cause);
	}
}

/** Why something cannot be written, for the person. */
export function writeProblem(path: string, cause: unknown): FileProblem {
	if (cause instanceof FileProblem) return cause;
	const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
	return new FileProblem(`${path} cannot be written (${WRITE_PROBLEMS[why] ?? why}).`, { cause });
}

/**
 * Makes a folder for one person alone, or makes one be so.
 *
 * @throws FileProblem where it cannot be made, or is somebody else's, who could put other files into it
 */
export function makePrivateFolder(path: string): void {
	try {
		mkdirSync(path, { recursive: true, mode: FOLDER_OWNER_ONLY });
		if (!isOurs(statSync(path))) {
			throw new FileProblem(`${path} is another person's. Choose another folder: CODA_RUNNER_DIR.`);
		}
		// It may have been there, with other rights.
		chmodSync(path, FOLDER_OWNER_ONLY);
	} catch (cause) {
		throw writeProblem(path, cause);
	}
}

const isOurs = ({ uid }: { uid: number }): boolean =>
	process.getuid === undefined || uid === process.getuid();

/** Removes a file that is worth nothing any more. One that cannot be removed does no harm. */
export function removeIfPossible(path: string): void {
	try {
		rmSync(path, { force: true });
	} catch {
		// Its folder is away, or the disk is read-only by now.
	}
}

const WRITE_PROBLEMS: Record<string, string> = {
	ENOSPC: 'the disk is full',
	EDQUOT: 'the disk is full',
	EROFS: 'the disk is read-only',
	EACCES: 'not allowed',
	EPERM: 'not allowed'
};

function open(path: string): number | undefined {
	try {
		return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
	} catch (cause) {
		if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
		throw new FileProblem(`${path} cannot be opened.`, { cause });
	}
}
