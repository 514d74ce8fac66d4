import type { Answers } from '#protocol/terminal';

/** A part of some output: up to which offset, and whether this page answers what is asked in it. */
export interface Part {
	bytes: Uint8Array;
	end: number;
	isAnswered: boolean;
}

/** Output, cut where this page begins or ceases to answer what programs ask of a terminal. */
export function partsToAnswer(offset: number, bytes: Uint8Array, answers: Answers | null): Part[] {
	const end = offset + bytes.length;
	const { from, to = Infinity } = answers ?? { from: Infinity };
	const stops = [from, to].filter((stop) => stop > offset && stop < end);
	const starts = [offset, ...stops];
	return starts.map((start, index) => {
		const stop = stops[index] ?? end;
		return {
			bytes: bytes.subarray(start - offset, stop - offset),
			end: stop,
			isAnswered: start >= from && start < to
		};
	});
}
