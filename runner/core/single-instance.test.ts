import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { holdSingleInstance, isHeld } from './single-instance.ts';

test('one has it, nobody else gets it, and the next one does when it is let go', async () => {
	const path = join(tmpdir(), `coda-${randomUUID()}`, 'runner.lock');

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
	const path = join(tmpdir(), `coda-${randomUUID()}`, 'runner.lock');
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
