import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isOlder, RUNNER_VERSION } from './version.ts';

test('the runner has the version of the package that it is part of', () => {
	const path = fileURLToPath(new URL('../../package.json', import.meta.url));
	const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };

	expect(RUNNER_VERSION).toBe(version);
});

test('versions are compared by their numbers', () => {
	expect(isOlder('0.10.0', '0.9.9')).toBe(true);
	expect(isOlder('0.9.9', '0.10.0')).toBe(false);
	expect(isOlder('1.2.3', '1.2.3')).toBe(false);
	expect(isOlder('1.2', '1.2.3')).toBe(false);
	expect(isOlder('1.2.4', '1.2')).toBe(true);
	expect(isOlder('nonsense', '0.0.1')).toBe(false);
});
