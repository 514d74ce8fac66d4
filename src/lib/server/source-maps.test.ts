import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { flushErrors, startErrorCollector, takeReported } from './capture';
import { db } from './db';
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

test('of a long stack no more lines are looked up than it is said', async () => {
	const line = `    at run (https://coda.test/${SCRIPT}:1:1)`;
	const elsewhere = '    at other (https://coda.test/other.js:1:1)';

	const lines = (await resolveStack([elsewhere, line, line, line].join('\n'), 2)).split('\n');

	expect(lines).toEqual([
		elsewhere,
		'    at run (src/a.ts:1:1)',
		'    at run (src/a.ts:1:1)',
		line
	]);
});

test('an error of a browser is kept by its sources, and outlives the maps', async () => {
	startErrorCollector();
	const stack = `RangeError: Odd\n    at run (https://coda.test/${SCRIPT}:1:1)`;
	takeReported(
		{ kind: 'RangeError', message: 'Odd', stack, route: '/', release: 'abc', breadcrumbs: [] },
		'browser'
	);
	await flushErrors();

	const [event] = await db.errorEvent.findMany({ where: { group: { message: 'Odd' } } });
	expect(event?.stack).toBe('RangeError: Odd\n    at run (src/a.ts:1:1)');
});
