import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUT = '.vercel/output';
/** Where the build lays them, and where the program looks for them: a function is started in its own folder, which may hold files. */
const MAPS = '.svelte-kit/maps';

/**
 * Vercel's adapter, and after it the source maps of this build inside of each function: beside the program, and out of what
 * is served.
 *
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withMaps(adapter) {
	return {
		...adapter,
		async adapt(builder) {
			await adapter.adapt(builder);
			const { files, bytes } = layMaps();
			builder.log.minor(
				`Laid ${files} source maps beside the program, ${(bytes / 1e6).toFixed(1)} MB`
			);
		}
	};
}

/**
 * Lays the maps of what this output serves into its functions.
 *
 * @param {string} root the folder of the project
 * @returns {{ files: number; bytes: number }}
 * @throws {Error} where there is a map among the files that are served, or none for what is served
 */
export function layMaps(root = '.') {
	const served = namesIn(join(root, OUTPUT, 'static'));
	const map = served.find((name) => name.endsWith('.map'));
	if (map) throw new Error(`${map} would be served: maps are for admins alone.`);
	const wanted = served
		.map((name) => `${name}.map`)
		.filter((name) => existsSync(join(root, MAPS, name)));
	if (wanted.length === 0) throw new Error(`There are no source maps of this build in ${MAPS}.`);
	for (const folder of functionsIn(join(root, OUTPUT, 'functions'))) {
		for (const name of wanted) cpSync(join(root, MAPS, name), join(folder, MAPS, name));
	}
	const bytes = wanted.reduce((sum, name) => sum + statSync(join(root, MAPS, name)).size, 0);
	return { files: wanted.length, bytes };
}

/** @param {string} folder */
const namesIn = (folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

/**
 * Functions themselves; each route has a link to one of them.
 *
 * @param {string} folder
 * @returns {string[]}
 */
function functionsIn(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (!entry.isDirectory()) return [];
		return entry.name.endsWith('.func') ? [path] : functionsIn(path);
	});
}
