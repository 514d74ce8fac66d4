import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inOwnProcess } from '#tests/support/own-process';
import { AllowedFolders } from './folders.ts';
import { Refused } from './refused.ts';

let top: string;
let work: string;
let allowed: AllowedFolders;
beforeEach(() => {
	top = realpathSync(mkdtempSync(join(tmpdir(), 'coda-folders-')));
	work = join(top, 'work');
	for (const folder of ['work/app/src', 'work/.git', 'work/docs', 'workshop', 'secret']) {
		mkdirSync(join(top, folder), { recursive: true });
	}
	writeFileSync(join(work, 'file.txt'), '');
	symlinkSync(join(top, 'secret'), join(work, 'way-out'));
	symlinkSync(join(work, 'app'), join(top, 'way-in'));
	allowed = new AllowedFolders([work]);
});
afterEach(() => rmSync(top, { recursive: true }));

test('an allowed folder and what it contains may be used, under its own name', async () => {
	expect(await allowed.resolve(undefined)).toBe(work);
	expect(await allowed.resolve(join(work, 'app/../docs'))).toBe(join(work, 'docs'));
	expect(await allowed.resolve(join(top, 'way-in'))).toBe(join(work, 'app'));
});

test.each([
	['above it', '..', 'FORBIDDEN'],
	['one whose name begins alike', '../workshop', 'FORBIDDEN'],
	['where a link leads out', 'way-out', 'FORBIDDEN'],
	['where nothing is', 'nothing', 'NOT_FOUND'],
	['a file', 'file.txt', 'BAD_REQUEST']
])('a folder is refused: %s', async (_what, path, code) => {
	await expect(allowed.resolve(join(work, path))).rejects.toMatchObject({ code });
	await expect(allowed.list(join(work, path))).rejects.toMatchObject({ code });
});

test('a folder that may not be read is refused', async () => {
	const closed = join(work, 'closed');
	mkdirSync(closed);
	for (const folder of [top, work]) chmodSync(folder, 0o755);
	chmodSync(closed, 0);

	const printed = await inOwnProcess(
		`import { AllowedFolders } from './runner/core/folders.ts';
		// Whoever is root may read everything.
		if (process.getuid() === 0) process.setuid(65534);
		const allowed = new AllowedFolders([${JSON.stringify(work)}]);
		for (const use of ['resolve', 'list']) {
			await allowed[use](${JSON.stringify(closed)}).catch(({ code, message }) => console.log(code, message));
		}`
	);

	expect(printed.split('\n')).toEqual(
		Array.from({ length: 2 }, () => 'FORBIDDEN That folder may not be read.')
	);
});

test('a path that is not named from the top is refused', async () => {
	await expect(allowed.resolve('work')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('a list has folders, neither files nor hidden ones nor links, and says where up is', async () => {
	expect(await allowed.list(undefined)).toEqual({
		folders: [{ name: work, path: work }],
		more: false
	});
	expect(await allowed.list(work)).toEqual({
		path: work,
		parent: undefined,
		folders: [
			{ name: 'app', path: join(work, 'app') },
			{ name: 'docs', path: join(work, 'docs') }
		],
		more: false
	});
	expect(await allowed.list(join(work, 'app'))).toMatchObject({ parent: work });
});

test('a list of long names ends where an answer is full, and says that there is more', async () => {
	const names = Array.from(
		{ length: 500 },
		(_, at) => `${String(at).padStart(3, '0')}-${'é'.repeat(60)}`
	);
	for (const name of names) mkdirSync(join(work, 'app', name));

	const { folders, more } = await allowed.list(join(work, 'app'));

	expect(more).toBe(true);
	expect(folders.map(({ name }) => name)).toEqual(names.slice(0, folders.length));
	const bytes = Buffer.byteLength(JSON.stringify(folders));
	expect(bytes).toBeGreaterThan(48_000);
	expect(bytes).toBeLessThanOrEqual(49_152);
	const all = new AllowedFolders(names.map((name) => join(work, 'app', name)));
	expect((await all.list(undefined)).more).toBe(true);
});

test('a folder that becomes a link while it is looked at leads nowhere', async () => {
	const [flip, aside, link] = [join(work, 'flip'), join(top, 'aside'), join(top, 'link')];
	mkdirSync(flip);
	mkdirSync(join(top, 'secret/hidden-plans'));
	symlinkSync(join(top, 'secret'), link);
	let isFlipping = true;
	const flipping = (async () => {
		while (isFlipping) {
			await rename(flip, aside);
			await rename(link, flip);
			await rename(flip, link);
			await rename(aside, flip);
		}
	})();

	const seen = new Set<string>();
	for (let round = 0; round < 300; round += 1) {
		const listed = await allowed.list(flip).catch((cause: unknown) => cause);
		if (listed instanceof Refused) seen.add(listed.code);
		else seen.add(JSON.stringify(listed));
	}
	isFlipping = false;
	await flipping;

	expect([...seen].join()).not.toContain('hidden-plans');
	expect([...seen].join()).not.toContain('secret');
});
