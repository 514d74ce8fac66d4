import { expect, test } from 'vitest';
import { wholeLength } from './output-cut.ts';

const unfinished = [
	['an escape alone', '\x1b'],
	['a control sequence without its end', '\x1b[38;5;1'],
	['a title without its end', '\x1b]0;a title'],
	['a title whose end has begun', '\x1b]0;a title\x1b'],
	['a device string', '\x1bPq#0;2;0'],
	['the choice of a character set', '\x1b('],
	['two bytes of a sign', Buffer.from('€').subarray(0, 2)],
	['three bytes of a sign', Buffer.from('🦊').subarray(0, 3)]
] as const;

test.each(unfinished)('%s waits for its rest', (_what, tail) => {
	const output = Buffer.concat([Buffer.from('before \x1b[1m'), Buffer.from(tail)]);

	expect(wholeLength(output)).toBe('before \x1b[1m'.length);
});

const finished = [
	['text', 'text'],
	['a colour', '\x1b[38;5;1m'],
	['a title that ends with BEL', '\x1b]0;a title\x07'],
	['a title that ends with ST', '\x1b]0;a title\x1b\\'],
	['a short sequence', '\x1b='],
	['a character set', '\x1b(B'],
	['signs of all lengths', 'ä€🦊'],
	['bytes that are no text', Buffer.from([0x80, 0x80, 0x80, 0x80])],
	['nothing', '']
] as const;

test.each(finished)('%s is whole', (_what, tail) => {
	const output = Buffer.from(tail);

	expect(wholeLength(output)).toBe(output.length);
});
