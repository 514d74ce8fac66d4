import { expect, test, vi } from 'vitest';
import { TAIL_LINES } from '$lib/tail-lines';
import { askAll, fieldsOf, joined, momentOf, traceOf, type Line } from './lines';

const line = (id: string, at: number) => ({ id, at: new Date(at) }) as Line;

test('what comes twice is there once, in its place', () => {
	const older = [line('b', 2_000), line('a', 1_000)];
	const newer = [line('d', 3_000), line('c', 2_000), line('b', 2_000)];

	expect(joined(newer, older, 3).map(({ id }) => id)).toEqual(['d', 'c', 'b']);
});

/** A log that answers as the server does. */
const logOf = (lines: number) => {
	const all = Array.from({ length: lines }, (_, n) => line(String(n), lines - n));
	return async (before?: Line) => {
		const start = before ? all.indexOf(before) + 1 : 0;
		return all.slice(start, start + TAIL_LINES);
	};
};

test.each([
	[0, { asked: 1, isCut: false }],
	[TAIL_LINES - 1, { asked: 1, isCut: false }],
	[TAIL_LINES, { asked: 2, isCut: false }],
	[TAIL_LINES * 3 + 1, { asked: 4, isCut: false }],
	[TAIL_LINES * 5, { asked: 6, isCut: false }]
])('of %i lines all are asked for', async (lines, { asked, isCut }) => {
	const ask = vi.fn(logOf(lines));

	const come = await askAll(ask, 1_000);

	expect(come.isCut).toBe(isCut);
	expect(come.lines).toHaveLength(lines);
	expect(ask).toHaveBeenCalledTimes(asked);
});

test('of more lines than may be, the latest are asked for, and it is said', async () => {
	const come = await askAll(logOf(5_000), 1_000);

	expect(come.isCut).toBe(true);
	expect(come.lines.map(({ id }) => id)).toEqual(Array.from({ length: 1_000 }, (_, n) => `${n}`));
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
