import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
	name: string;
	version: string;
	license?: string;
	author?: string | { name: string };
}

/** The folders of the packages that these files are of. */
export function packageFolders(files: readonly string[]): string[] {
	const folders = new Set<string>();
	for (const file of files) {
		let folder = dirname(file);
		while (folder !== dirname(folder) && !isPackage(folder)) folder = dirname(folder);
		if (isPackage(folder)) folders.add(folder);
	}
	return [...folders].sort();
}

/** Some packages have a manifest in a folder of theirs that only says which kind of module is in there. */
function isPackage(folder: string): boolean {
	const file = join(folder, 'package.json');
	return existsSync(file) && Boolean((JSON.parse(readFileSync(file, 'utf8')) as Manifest).name);
}

/** Whose work is in a package besides Coda's own, with the licences as they came. */
export function noticesOf(folders: readonly string[]): string {
	return folders
		.map((folder) => {
			const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
			const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
			const { author } = manifest;
			const by = typeof author === 'string' ? author : author?.name;
			const text = file
				? readFileSync(join(folder, file), 'utf8').trim()
				: `Licence: ${manifest.license ?? 'none is named'}${by ? `, by ${by}` : ''}.`;
			return `${manifest.name} ${manifest.version}\n\n${text}\n`;
		})
		.join(`\n${'-'.repeat(80)}\n\n`);
}
