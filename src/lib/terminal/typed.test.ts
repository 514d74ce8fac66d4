import { expect, test } from 'vitest';
import { bytesOf, textOf } from '#protocol/bytes';
import { WIRE } from '#protocol/limits';
import { Typed } from './typed';

/** What is handed out, in short. */
const taken = (typed: Typed) =>
	typed.take().map(({ sequence, bytes }) => `${sequence} ${textOf(bytes)}`);

test('numbers what is typed from one, and hands it out once', () => {
	const typed = new Typed();
	typed.add(bytesOf('l'));
	expect(taken(typed)).toEqual(['1 l']);
	typed.add(bytesOf('s'));

	expect(taken(typed)).toEqual(['2 s']);
	expect(taken(typed)).toEqual([]);
	expect(typed.isEmpty).toBe(false);

	typed.acknowledge(2);
	expect(typed.isEmpty).toBe(true);
});

test('hands out again on the next line what the program has not got, with the same numbers', () => {
	const typed = new Typed();
	for (const key of 'abc') {
		typed.add(bytesOf(key));
		typed.take();
	}

	typed.resume(1);

	expect(taken(typed)).toEqual(['2 b', '3 c']);
});

test('an answer that was lost with the line is no reason to type anything twice', () => {
	const typed = new Typed();
	typed.add(bytesOf('rm x\r'));
	typed.take();

	typed.resume(1);

	expect(taken(typed)).toEqual([]);
	expect(typed.isEmpty).toBe(true);
});

test('what is typed while there is no line goes together, behind what was numbered before', () => {
	const typed = new Typed();
	typed.add(bytesOf('a'));
	typed.take();
	for (const key of 'bcd') typed.add(bytesOf(key));

	typed.resume(0);

	expect(taken(typed)).toEqual(['1 a', '2 bcd']);
});

test('cuts a paste into frames, and joins them to what was pasted', () => {
	const typed = new Typed();
	const paste = new Uint8Array(3 * WIRE.inputBytes + 5).map((_, at) => at % 251);
	typed.add(paste);

	const inputs = typed.take();

	expect(inputs.map(({ bytes }) => bytes.length)).toEqual([
		WIRE.inputBytes,
		WIRE.inputBytes,
		WIRE.inputBytes,
		5
	]);
	expect(Buffer.concat(inputs.map(({ bytes }) => bytes))).toEqual(Buffer.from(paste));
});

test('waits while as many are under way as may be, and goes on with the answers', () => {
	const typed = new Typed();
	typed.add(new Uint8Array((WIRE.inputsInFlight + 2) * WIRE.inputBytes));
	expect(typed.take()).toHaveLength(WIRE.inputsInFlight);
	expect(typed.take()).toEqual([]);

	typed.acknowledge(1);

	expect(typed.take().map(({ sequence }) => sequence)).toEqual([WIRE.inputsInFlight + 1]);
});

test('another life of the terminal counts from one, and what never left goes on', () => {
	const typed = new Typed();
	typed.add(bytesOf('l'));
	taken(typed);
	typed.acknowledge(1);
	typed.add(bytesOf('s\r'));

	expect(typed.restart()).toBe(false);
	typed.resume(0);

	expect(taken(typed)).toEqual(['1 s\r']);
	typed.add(bytesOf('w'));
	expect(taken(typed)).toEqual(['2 w']);
});

test('behind what may not have arrived nothing goes on: no command runs twice, or without its middle', () => {
	const typed = new Typed();
	typed.add(bytesOf('rm -r /srv/'));
	taken(typed);
	typed.acknowledge(1);
	typed.add(bytesOf('cache'));
	taken(typed);
	typed.add(bytesOf('\r'));

	expect(typed.restart()).toBe(true);
	typed.resume(0);

	expect(taken(typed)).toEqual([]);
	expect(typed.isEmpty).toBe(true);
});
