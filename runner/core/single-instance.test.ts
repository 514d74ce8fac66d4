import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FileProblem } from './private-file.ts';
import { holdSingleInstance, isHeld } from './single-instance.ts';

const newPath = () => join(tmpdir(), `coda-${randomUUID()}`, 'lock');

test('one has it, nobody else gets it, and the next one does when it is let go', async () => {
	const path = newPath();

	const held = await holdSingleInstance(path);
	expect(await holdSingleInstance(path)).toBeUndefined();
	expect(await isHeld(path)).toBe(true);
	await held?.release();

	expect(await isHeld(path)).toBe(false);
	const next = await holdSingleInstance(path);
	expect(next).toBeDefined();
	await next?.release();
});

test('a runner that is killed keeps nobody out', async () => {
	const path = newPath();
	const module = fileURLToPath(new URL('./single-instance.ts', import.meta.url));
	const program = `import(${JSON.stringify(module)}).then(async (m) => {
		await m.holdSingleInstance(${JSON.stringify(path)});
		process.send('held');
		setInterval(() => {}, 1000);
	})`;
	const child = spawn(process.execPath, ['--import', 'tsx', '-e', program], {
		stdio: ['ignore', 'inherit', 'inherit', 'ipc']
	});
	await once(child, 'message');
	expect(await holdSingleInstance(path)).toBeUndefined();
	child.kill('SIGKILL');
	await once(child, 'exit');

	const held = await holdSingleInstance(path);

	expect(held).toBeDefined();
	await held?.release();
});

test('of many that start in the same moment one gets it, also where killed ones have left theirs', async () => {
	const path = newPath();
	mkdirSync(path, { recursive: true });
	for (const name of ['00000000.sock', 'ffffffff.sock']) writeFileSync(join(path, name), '');

	for (let round = 0; round < 10; round += 1) {
		const all = await Promise.all(Array.from({ length: 12 }, () => holdSingleInstance(path)));
		const winners = all.filter((held) => held !== undefined);

		expect(winners).toHaveLength(1);
		expect(readdirSync(path)).toHaveLength(1);
		await winners[0]?.release();
	}
	expect(await isHeld(path)).toBe(false);
});

test('nobody else can take the place: it is in a folder for its owner alone', async () => {
	const path = newPath();
	mkdirSync(path, { recursive: true, mode: 0o777 });
	// What whoever is signed in at the computer could take, as names of Linux that are no files.
	const digest = createHash('sha256').update(path).digest('hex').slice(0, 24);
	const squatter = createServer();
	squatter.listen(`\0coda-runner-${process.getuid?.()}-${digest}`);
	await once(squatter, 'listening');

	const held = await holdSingleInstance(path);

	expect(held).toBeDefined();
	expect(statSync(path).mode & 0o777).toBe(0o700);
	expect(readdirSync(path).map((name) => statSync(join(path, name)).mode & 0o777)).toEqual([0o600]);
	await held?.release();
	squatter.close();
});

test(
	'a folder that is somebody else’s is not used',
	{ skip: process.getuid?.() !== 0 },
	async () => {
		const path = newPath();
		mkdirSync(path, { recursive: true });
		chownSync(path, 65_534, 65_534);

		await expect(holdSingleInstance(path)).rejects.toThrow(FileProblem);
		expect(statSync(path).uid).toBe(65_534);
	}
);

test('a path that is too long for sockets does', async () => {
	const path = join(newPath(), 'a'.repeat(120), 'lock');

	const held = await holdSingleInstance(path);
	expect(await holdSingleInstance(path)).toBeUndefined();
	expect(await isHeld(path)).toBe(true);
	await held?.release();

	expect(await isHeld(path)).toBe(false);
	expect(readdirSync(path)).toEqual([]);
});

test('a runner that does not answer now runs all the same', async () => {
	const path = newPath();
	mkdirSync(path, { recursive: true });
	const silent = createServer(() => {});
	silent.listen(join(path, '12345678.sock'));
	await once(silent, 'listening');

	expect(await holdSingleInstance(path)).toBeUndefined();

	silent.close();
});
