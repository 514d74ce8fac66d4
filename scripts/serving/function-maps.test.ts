import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { layMaps } from './function-maps.mjs';

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'coda-output-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function file(path: string, text = '{}') {
	mkdirSync(dirname(join(root, path)), { recursive: true });
	writeFileSync(join(root, path), text);
}

const SCRIPT = '_app/immutable/nodes/1.abc.js';
const FUNCTION = '.vercel/output/functions/![-]/catchall.func';

/** An output as the adapter makes it: one function, to which routes are links. */
function output() {
	file(`.vercel/output/static/${SCRIPT}`);
	file(`.svelte-kit/maps/${SCRIPT}.map`, '{"version":3}');
	file(`${FUNCTION}/.vc-config.json`);
	file('.vercel/output/functions/other/one.func/.vc-config.json');
	symlinkSync('![-]/catchall.func', join(root, '.vercel/output/functions/index.func'));
}

test('maps of what is served are in each function, and those of another build are not', () => {
	output();
	file('.svelte-kit/maps/_app/immutable/nodes/1.old.js.map');

	expect(layMaps(root)).toEqual({ files: 1, bytes: 13 });

	for (const folder of [FUNCTION, '.vercel/output/functions/other/one.func']) {
		expect(existsSync(join(root, folder, '.svelte-kit/maps', `${SCRIPT}.map`))).toBe(true);
	}
	const old = join(root, FUNCTION, '.svelte-kit/maps/_app/immutable/nodes/1.old.js.map');
	expect(existsSync(old)).toBe(false);
});

test('a map among what is served ends the build, and so does a build without any', () => {
	output();
	rmSync(join(root, '.svelte-kit'), { recursive: true });
	expect(() => layMaps(root)).toThrow('There are no source maps');

	file(`.svelte-kit/maps/${SCRIPT}.map`);
	file(`.vercel/output/static/${SCRIPT}.map`);
	expect(() => layMaps(root)).toThrow(`${SCRIPT}.map would be served`);
});
