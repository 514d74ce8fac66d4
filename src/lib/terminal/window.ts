import { WIRE } from '#protocol/limits';

/** What a browser draws of a flood, about. */
const DRAWN_BYTES_PER_MS = 10_000;

/**
 * How much output may be on its way, in bytes: twice what is drawn in the time that an acknowledgement takes, so that
 * a long way costs no speed and a short one leaves ^C quick.
 *
 * @param roundTripMs to the computer and back
 */
export function windowFor(roundTripMs: number): number {
	const wished = Math.round(2 * roundTripMs * DRAWN_BYTES_PER_MS);
	return Math.min(Math.max(wished, WIRE.windowBytes), WIRE.windowMaxBytes);
}
