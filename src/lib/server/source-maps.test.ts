import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MAPS_FOLDER, resolveStack } from './source-maps';

const SCRIPT = '_app/immutable/nodes/1.abc.js';
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'coda-maps-'));
	const file = join(folder, MAPS_FOLDER, `${SCRIPT}.map`);
	await mkdir(dirname(file), { recursive: true });
	const map = { version: 3, names: [], sources: ['../../src/a.ts'], mappings: 'AAAA' };
	await writeFile(file, JSON.stringify(map));
	vi.spyOn(process, 'cwd').mockReturnValue(folder);
});

afterAll(async () => {
	vi.restoreAllMocks();
	await rm(folder, { recursive: true });
});

test('a line names its source, and one that no script has stays as it is', async () => {
	const at = (place: string) => `    at run (https://coda.test/${SCRIPT}:${place})`;

	const lines = (await resolveStack([at('1:1'), at('0:1'), at('1:0'), 'text'].join('\n'))).split(
		'\n'
	);

	expect(lines).toEqual(['    at run (src/a.ts:1:1)', at('0:1'), at('1:0'), 'text']);
});
