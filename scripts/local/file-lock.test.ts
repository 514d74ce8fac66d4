import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withFileLock } from './file-lock';
import { processIdentity } from './process-identity';

let folder = '';
let lock = '';

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'coda-lock-'));
	lock = join(folder, 'lock');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('one holds the lock at a time', async () => {
	let holders = 0;
	let most = 0;
	const hold = () =>
		withFileLock(lock, { timeoutMs: 5_000 }, async () => {
			most = Math.max(most, ++holders);
			await sleep(5);
			holders--;
		});

	await Promise.all(Array.from({ length: 8 }, hold));

	expect(most).toBe(1);
	expect(existsSync(lock)).toBe(false);
});

test('is given up when the action fails', async () => {
	const failing = withFileLock(lock, { timeoutMs: 1_000 }, () => Promise.reject(new Error('no')));

	await expect(failing).rejects.toThrow('no');

	expect(existsSync(lock)).toBe(false);
});

test('of a process that has ended is broken', async () => {
	const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
	await once(child, 'spawn');
	const holder = { pid: child.pid, identity: processIdentity(child.pid ?? 0) };
	child.kill('SIGKILL');
	await once(child, 'exit');
	writeFileSync(lock, JSON.stringify(holder));

	expect(await withFileLock(lock, { timeoutMs: 1_000 }, () => 'held')).toBe('held');
});

test('of a process whose number another one has now is broken', async () => {
	writeFileSync(lock, JSON.stringify({ pid: process.pid, identity: 'earlier' }));

	expect(await withFileLock(lock, { timeoutMs: 1_000 }, () => 'held')).toBe('held');
});

test('that is held for too long is an error that names the process', async () => {
	const holder = { pid: process.pid, identity: processIdentity(process.pid) };
	writeFileSync(lock, JSON.stringify(holder));

	const waiting = withFileLock(lock, { timeoutMs: 50 }, () => 'held');

	await expect(waiting).rejects.toThrow(`Process ${process.pid}`);
});
