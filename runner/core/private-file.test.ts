import {
	chmodSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { FileProblem, readPrivate, writePrivate } from './private-file.ts';

const Kept = z.object({ secret: z.string() });
let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'coda-private-'));
	path = join(folder, 'runner', 'credential.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what is written is for its owner alone, in a folder for its owner alone', () => {
	writePrivate(path, { secret: 'first' });
	writePrivate(path, { secret: 'second' });

	expect(statSync(path).mode & 0o777).toBe(0o600);
	expect(statSync(join(folder, 'runner')).mode & 0o777).toBe(0o700);
	expect(readPrivate(path, Kept)).toEqual({ secret: 'second' });
	expect(readdirSync(join(folder, 'runner'))).toEqual(['credential.json']);
});

test('no file is nothing', () => {
	expect(readPrivate(path, Kept)).toBeUndefined();
});

test('a file that others may read is not taken, and the message says what to do', () => {
	writePrivate(path, { secret: 'x' });
	chmodSync(path, 0o640);

	expect(() => readPrivate(path, Kept)).toThrow(/chmod 600/);
});

test('a link and a broken file are refused, and what is in them is not said', () => {
	writePrivate(path, { secret: 'x' });
	const link = join(folder, 'link.json');
	symlinkSync(path, link);
	const broken = join(folder, 'broken.json');
	writeFileSync(broken, '{"secret": 42, "other": "hidden"', { mode: 0o600 });

	expect(() => readPrivate(link, Kept)).toThrow(FileProblem);
	expect(() => readPrivate(broken, Kept)).toThrow(FileProblem);
	expect(() => readPrivate(broken, Kept)).not.toThrow(/hidden/);
});

test('it is for its owner alone from its first moment, whatever new files are otherwise', () => {
	const before = process.umask(0);
	try {
		writePrivate(path, { secret: 'x' });
	} finally {
		process.umask(before);
	}

	expect(statSync(path).mode & 0o777).toBe(0o600);
	expect(statSync(join(folder, 'runner')).mode & 0o777).toBe(0o700);
});

test('a link that waits in its place is replaced, and where it leads nothing is written', () => {
	mkdirSync(join(folder, 'runner'));
	const elsewhere = join(folder, 'elsewhere');
	writeFileSync(elsewhere, 'as it was');
	symlinkSync(elsewhere, path);

	writePrivate(path, { secret: 'x' });

	expect(readFileSync(elsewhere, 'utf8')).toBe('as it was');
	expect(lstatSync(path).isSymbolicLink()).toBe(false);
	expect(readPrivate(path, Kept)).toEqual({ secret: 'x' });
});
