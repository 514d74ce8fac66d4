import { constants, existsSync, type Dirent } from 'node:fs';
import { open, opendir, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { FolderList } from '#protocol/terminal';
import { jsonBytes, LIST_BYTES, whatFits } from './answer-list.ts';
import { Refused } from './refused.ts';

/** Folders in one answer: a browser shows no more. */
const LISTED = 500;
/** On Linux an open folder has a name of its own, which stays the same whatever happens to its path. */
const OPEN_FILES = '/proc/self/fd';

/**
 * The folders that terminals may begin in. A path counts for what it is and not for how it is spelled: links are
 * followed first, and what was checked is what is used.
 */
export class AllowedFolders {
	readonly #allowed: readonly string[];

	/** @param allowed absolute paths; the first is where a terminal begins when nobody says where */
	constructor(allowed: readonly string[]) {
		this.#allowed = allowed;
	}

	/** The folder for a terminal, as the system spells it. @throws Refused */
	async resolve(path: string | undefined): Promise<string> {
		const { folder, handle } = await this.#open(path ?? this.#allowed[0] ?? '');
		await handle?.close();
		return folder;
	}

	/** The folders in a folder; without a path the allowed ones. @throws Refused */
	async list(path: string | undefined): Promise<FolderList> {
		if (path === undefined) {
			return listed(this.#allowed.map((one) => ({ name: one, path: one })));
		}
		const { folder, handle, root } = await this.#open(path);
		try {
			const names = await namesIn(handle && hasOpenFiles ? `${OPEN_FILES}/${handle.fd}` : folder);
			names.sort((one, other) => one.localeCompare(other));
			const inside = names.map((name) => ({ name, path: join(folder, name) }));
			return listed(inside, {
				path: folder,
				parent: folder === root ? undefined : dirname(folder)
			});
		} finally {
			await handle?.close();
		}
	}

	/** Opens a folder, and makes sure that what was opened is inside of what is allowed. */
	async #open(
		path: string
	): Promise<{ folder: string; root: string; handle: FileHandle | undefined }> {
		if (!isAbsolute(path)) throw new Refused('BAD_REQUEST', 'A folder is named from the top: /….');
		try {
			const folder = await realpath(path);
			const root = await this.#rootOf(folder);
			if (root === undefined) {
				throw new Refused('FORBIDDEN', 'That folder is not among those allowed on the computer.');
			}
			if (process.platform === 'win32') {
				if (!(await stat(folder)).isDirectory())
					throw new Refused('BAD_REQUEST', 'That is no folder.');
				return { folder, root, handle: undefined };
			}
			const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
			const handle = await open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
			const opened = hasOpenFiles ? await readlink(`${OPEN_FILES}/${handle.fd}`) : folder;
			if (opened !== folder) {
				await handle.close();
				throw new Refused('CONFLICT', 'That folder was moved in this moment. Try again.');
			}
			return { folder, root, handle };
		} catch (cause) {
			throw refusalFor(cause);
		}
	}

	/** The allowed folder that a folder is in. */
	async #rootOf(folder: string): Promise<string | undefined> {
		for (const allowed of this.#allowed) {
			// An allowed folder that is not there now allows nothing, and the others go on.
			const root = await realpath(allowed).catch(() => undefined);
			if (root !== undefined && isInside(root, folder)) return root;
		}
		return undefined;
	}
}

/** As many as an answer may have, and as fit into it. */
function listed(
	folders: FolderList['folders'],
	above: Pick<FolderList, 'path' | 'parent'> = {}
): FolderList {
	const fitting = whatFits(folders.slice(0, LISTED), LIST_BYTES - jsonBytes(above));
	return { ...above, folders: fitting, more: fitting.length < folders.length };
}

const hasOpenFiles = process.platform === 'linux' && existsSync(OPEN_FILES);

function isInside(root: string, folder: string): boolean {
	const way = relative(root, folder);
	return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Hidden ones are left out, and so are links: where they lead is another folder, in its own place. */
async function namesIn(path: string): Promise<string[]> {
	const names: string[] = [];
	for await (const entry of (await opendir(path)) as AsyncIterable<Dirent>) {
		if (entry.isDirectory() && !entry.name.startsWith('.')) names.push(entry.name);
	}
	return names;
}

function refusalFor(cause: unknown): unknown {
	const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
	if (code === 'ENOENT') return new Refused('NOT_FOUND', 'That folder is not there.');
	if (code === 'ENOTDIR' || code === 'ELOOP')
		return new Refused('BAD_REQUEST', 'That is no folder.');
	if (code === 'EACCES' || code === 'EPERM') {
		return new Refused('FORBIDDEN', 'That folder may not be read.');
	}
	return cause;
}
