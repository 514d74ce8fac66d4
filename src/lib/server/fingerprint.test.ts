import { describe, expect, test } from 'vitest';
import {
	culpritOf,
	fileName,
	fingerprintOf,
	frameOf,
	normalMessage,
	scrub,
	type ErrorTraits
} from './fingerprint';

const error = (what: Partial<ErrorTraits> = {}): ErrorTraits => ({
	source: 'app',
	kind: 'TypeError',
	message: 'No idea 7',
	stack: `TypeError: No idea 7
    at findIdea (/srv/coda/build/server/chunks/ideas-BkC6fX3e.js:10:5)
    at /srv/coda/node_modules/@trpc/server/dist/index.js:1:1
    at async load (/srv/coda/build/server/chunks/page-AAAAAAAA.js:20:5)`,
	route: '/(app)/ideas',
	...what
});

describe('errors are of one group', () => {
	test('whatever numbers, ids, addresses and quoted texts they name', () => {
		for (const [one, other] of [
			['No idea 7', 'No idea 1234'],
			['No 0f7c3f5e-6a9b-4a51-9d21-5d1f0c2c8a11', 'No 01933f5e-4d2a-7c11-8f00-2b9f3a6d1e55'],
			['Got https://a.test/x', 'Got http://b.test/y?z'],
			['Unexpected token, "<html>" is not JSON', 'Unexpected token, "<!doc" is not JSON']
		] as const) {
			expect(fingerprintOf(error({ message: one }))).toBe(fingerprintOf(error({ message: other })));
		}
	});

	test('after a build that moved their lines and named their files anew', () => {
		const { stack } = error();
		const next = stack.replace('BkC6fX3e.js:10', 'ZZZZZZZZ.js:99').replace('/srv/coda', '/app');

		expect(fingerprintOf(error({ stack: next }))).toBe(fingerprintOf(error()));
	});

	test('and of another, where class, words, functions or program are others', () => {
		const all = [
			error(),
			error({ kind: 'RangeError' }),
			error({ message: 'No feature 7' }),
			error({ stack: error().stack.replace('findIdea', 'findOther') }),
			error({ source: 'browser' })
		].map(fingerprintOf);

		expect(new Set(all).size).toBe(all.length);
	});

	test('of a browser, wherever the build has put them, by their route', () => {
		const stack = 'TypeError: x\n    at a (https://coda.test/_app/immutable/chunks/Bx1.js:1:2)';
		const other = 'TypeError: x\n    at q (https://coda.test/_app/immutable/chunks/Cy2.js:3:4)';
		const browser = { source: 'browser', message: 'x' } as const;

		expect(fingerprintOf(error({ ...browser, stack }))).toBe(
			fingerprintOf(error({ ...browser, stack: other }))
		);
		expect(fingerprintOf(error({ ...browser, stack }))).not.toBe(
			fingerprintOf(error({ ...browser, stack, route: '/(app)/trash' }))
		);
	});
});

test.each([
	['    at find (/a/b.js:1:2)', { name: 'find', file: '/a/b.js', line: 1, column: 2 }],
	[
		'    at async Object.load (file:///a/b.js:1:2)',
		{ name: 'Object.load', file: 'file:///a/b.js' }
	],
	['    at https://a.test/_app/x.js:1:234', { name: '', file: 'https://a.test/_app/x.js' }],
	['find@https://a.test/x.js:3:4', { name: 'find', file: 'https://a.test/x.js', line: 3 }],
	['@https://a.test/x.js:3:4', { name: '', column: 4 }],
	['TypeError: at least: 1', undefined],
	['    at <anonymous>', undefined]
])('%j is the frame %j', (line, frame) => {
	if (frame) expect(frameOf(line)).toMatchObject(frame);
	else expect(frameOf(line)).toBeUndefined();
});

test('a hostile stack is read in no time', () => {
	const startedAt = performance.now();

	frameOf(`    at ${'a ('.repeat(20_000)}`);
	frameOf(`${'@:1'.repeat(20_000)}`);
	normalMessage('"'.repeat(100_000));
	scrub(`${'a.'.repeat(4_000)}@${'b.'.repeat(4_000)}`);

	expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('the first own function is where it comes from', () => {
	expect(culpritOf(error())).toBe('findIdea in chunks/ideas.js');
	expect(culpritOf(error({ stack: '' }))).toBe('/(app)/ideas');
	expect(fileName('/work/x/src/lib/server/db.ts')).toBe('src/lib/server/db.ts');
});

test('addresses of people, tokens and passwords do not get through', () => {
	const text = scrub(
		'Ada <ada.l+x@coda.example> at https://u:hunter2@db.test/?token=abc Bearer abc.def eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'
	);

	for (const secret of ['ada', 'coda.example', 'hunter2', 'token=abc', 'abc.def', 'eyJhbG']) {
		expect(text).not.toContain(secret);
	}
	expect(scrub('id 01933f5e-4d2a-7c11-8f00-2b9f3a6d1e55')).toContain('01933f5e');
});
