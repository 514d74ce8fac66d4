import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { projectRoot } from './project.ts';
import { codeOf, messageOf, ScriptError } from './script.ts';

const reasons: Record<string, string> = {
	EACCES: 'there is no permission',
	EPERM: 'there is no permission',
	EROFS: 'the disk is read-only',
	ENOSPC: 'the disk is full',
	ENOTDIR: 'a file is in the way',
	EEXIST: 'a file is in the way',
	ENOENT: 'it cannot be made there'
};

/** Where local data lies: `CODA_DATA_DIR`, relative to the project, or `.data`. */
export function dataFolderPath(): string {
	return resolve(projectRoot, process.env.CODA_DATA_DIR || '.data');
}

/**
 * The folder for local data (the database, generated secrets), made when it is missing so that only its
 * owner can read it. An existing folder keeps its mode.
 *
 * @throws ScriptError when it cannot be written
 */
export function dataFolder(path = dataFolderPath()): string {
	try {
		makeFolder(path);
		if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
		accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
		return path;
	} catch (error) {
		const reason = reasons[codeOf(error) ?? ''] ?? messageOf(error);
		throw new ScriptError(
			`The data folder ${path} cannot be written: ${reason}. ` +
				'Choose another one: CODA_DATA_DIR=/path/to/a/folder npm start.'
		);
	}
}

/** Step by step, because Node's own recursive way never ends where the system refuses new folders (/proc). */
function makeFolder(path: string): void {
	if (statSync(path, { throwIfNoEntry: false })) return;
	if (dirname(path) !== path) makeFolder(dirname(path));
	try {
		mkdirSync(path, { mode: 0o700 });
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw error; // another process was faster
	}
}
