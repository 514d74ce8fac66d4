import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PLATFORMS } from '../../../scripts/runner-package/native-parts';
import { RUNNER_VERSION } from '../../../runner/core/version';
import { readBuiltFile, runnerPackages } from './runner-packages';

const ORIGIN = 'https://coda.example';
const LINUX = `coda-runner-${RUNNER_VERSION}-linux-x64.tar.gz`;

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'coda-packages-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function built(...files: string[]) {
	for (const file of files) writeFileSync(join(folder, file), `bytes of ${file}`);
	const sums = files.map((file) => `${'0'.repeat(64)}  ${file}\n`).join('');
	writeFileSync(join(folder, 'SHA256SUMS'), sums);
}

test('where nothing was built nothing is offered, and nothing is served', async () => {
	expect(await runnerPackages(ORIGIN, { folder })).toEqual([]);
	expect(await readBuiltFile('SHA256SUMS', folder)).toBeUndefined();
	expect(await readBuiltFile(LINUX, join(folder, 'nowhere'))).toBeUndefined();
});

test('what was built is offered at this Coda, and is served whole with its sums', async () => {
	built(LINUX);

	expect(await runnerPackages(ORIGIN, { folder })).toEqual([
		{ platform: 'linux-x64', file: LINUX, href: `${ORIGIN}/downloads/${LINUX}` }
	]);
	expect(String(await readBuiltFile(LINUX, folder))).toBe(`bytes of ${LINUX}`);
	expect(String(await readBuiltFile('SHA256SUMS', folder))).toContain(LINUX);
});

test('what an earlier release has left is offered no more', async () => {
	built('coda-runner-0.0.1-linux-x64.tar.gz');

	expect(await runnerPackages(ORIGIN, { folder })).toEqual([]);
	expect(await readBuiltFile('coda-runner-0.0.1-linux-x64.tar.gz', folder)).toBeUndefined();
});

test('nothing else in that folder is served, and nothing outside of it', async () => {
	built(LINUX);
	writeFileSync(join(folder, 'notes.txt'), 'mine');

	for (const file of [
		'notes.txt',
		'../package.json',
		`../${folder}/${LINUX}`,
		'.',
		'',
		'/etc/passwd'
	]) {
		expect(await readBuiltFile(file, folder)).toBeUndefined();
	}
});

test('at another place all platforms are offered under the names that they are built with', async () => {
	const base = 'https://downloads.example/coda/v1/';

	const offered = await runnerPackages(ORIGIN, { folder, base });

	expect(offered.map(({ platform }) => platform).sort()).toEqual([...PLATFORMS].sort());
	expect(offered.map(({ href }) => href)).toContain(base + LINUX);
});
