import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ADVISORY_LOCKS } from './advisory-locks';

test('no two purposes share a lock', () => {
	const numbers = Object.values(ADVISORY_LOCKS);

	expect(new Set(numbers).size).toBe(numbers.length);
});

test('every lock that is taken has its number from the table', () => {
	const taken = ['src/lib/server', 'scripts', 'tests/support']
		.flatMap((folder) =>
			readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`)
		)
		.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
		.filter((file) => !file.startsWith('src/lib/server/prisma/'))
		.map((file) => ({ file, text: readFileSync(file, 'utf8') }))
		.filter(({ text }) => /pg_(try_)?advisory_(xact_)?lock\(/.test(text));

	const others = taken.filter(({ text }) => !text.includes('ADVISORY_LOCKS'));

	expect(taken.length).toBeGreaterThan(6);
	// Its keys are hashes of ids.
	expect(others.map(({ file }) => file)).toEqual(['src/lib/server/services/import-lock.ts']);
});
