import { fileURLToPath } from 'node:url';

/** The folder that holds package.json; every script works from here, whatever the caller's folder is. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The absolute path of something in the project. */
export function projectPath(path: string): string {
	return fileURLToPath(new URL(path, new URL('../../', import.meta.url)));
}
