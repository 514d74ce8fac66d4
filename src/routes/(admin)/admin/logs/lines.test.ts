import { expect, test } from 'vitest';
import { fieldsOf, joined, momentOf, traceOf, type Line } from './lines';

const line = (id: string, at: number) => ({ id, at: new Date(at) }) as Line;

test('what comes twice is there once, in its place', () => {
	const older = [line('b', 2_000), line('a', 1_000)];
	const newer = [line('d', 3_000), line('c', 2_000), line('b', 2_000)];

	expect(joined(newer, older, 3).map(({ id }) => id)).toEqual(['d', 'c', 'b']);
});

test('an error is shown by its stack, and nothing in a field acts', () => {
	const fields = JSON.stringify({
		error: { name: 'Error', message: 'No', stack: 'Error: No\n    at \u001b[31mhere', code: 'X' },
		n: 1,
		nothing: null,
		list: ['a']
	});

	expect(fieldsOf({ fields })).toEqual([
		['error', 'Error: No\n    at \\u{1b}[31mhere\n{\n  "code": "X"\n}'],
		['n', '1'],
		['nothing', 'null'],
		['list', '[\n  "a"\n]']
	]);
});

test('the trace of a line leads to others, and is told once', () => {
	const fields = JSON.stringify({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });

	expect(traceOf({ fields })).toBe('a'.repeat(32));
	expect(traceOf({ fields: '{}' })).toBeUndefined();
	expect(fieldsOf({ fields })).toEqual([['spanId', 'b'.repeat(16)]]);
});

test('a line of today has a time, an older one its day as well', () => {
	const now = new Date('2026-11-26T17:00:00Z');

	expect(momentOf(new Date('2026-11-26T00:00:01.007Z'), now)).toBe('00:00:01.007');
	expect(momentOf(new Date('2026-11-25T23:59:59Z'), now)).toBe('11-25 23:59:59.000');
});
