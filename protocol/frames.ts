import type { Bytes } from './bytes.ts';

/*
 * A binary message is `u8 type | u32 channel | body`, big-endian. Channel 0 is the relay itself; on a runner's
 * socket the relay numbers its viewers from 1, on a viewer's socket the terminal is channel 1. The relay writes
 * the channel anew and carries the rest as it is.
 */

/** What a frame is. */
export const FRAME = {
	/** `u64` of the sender's choice. On channel 0 a sign of life, else a measure of the whole way (sealed). */
	PING: 1,
	/** The same eight bytes back, at once. */
	PONG: 2,
	/** Browser: JSON of `Offer`. Not sealed: there are no keys yet. */
	OFFER: 3,
	/** Runner: JSON of `Answer`. Not sealed; signed. */
	ANSWER: 4,
	/** Runner: JSON of `Refusal`, instead of an answer. Not sealed: a relay may forge it, and gains nothing. */
	REFUSAL: 5,
	/** Browser: JSON of `Open`. From here on everything is sealed. */
	OPEN: 6,
	/** Runner: JSON of `Opened`. */
	OPENED: 7,
	/** Runner: `u64 offset`, in the clear, then output from there. */
	DATA: 8,
	/** Browser: `u64 offset`, up to which output has been drawn. */
	ACK: 9,
	/** Browser: `u32 sequence`, then what was typed. */
	INPUT: 10,
	/** Runner: `u32 sequence`, up to which input has gone to the program. */
	INPUT_ACK: 11,
	/** `u16 cols | u16 rows`. Browser: asks for it. Runner: says that it is so now. */
	RESIZE: 12,
	/** Runner: `u64 offset`, in the clear, then `u8 flags` and a part of what draws the screen as it was there. */
	SNAPSHOT: 13,
	/** Runner: `u64 from | u64 to`, output that cannot be had any more and that no snapshot replaces. */
	GAP: 14,
	/** JSON of `Close`: the last frame of a channel. */
	CLOSE: 15,
	/** Browser: JSON of `Request`. */
	REQUEST: 16,
	/** Runner: JSON of `Response`. */
	RESPONSE: 17
} as const;

/** What a frame is. */
export type FrameType = (typeof FRAME)[keyof typeof FRAME];

/** The names of the numbers, for tests and logs. */
export const FRAME_NAMES = Object.fromEntries(
	Object.entries(FRAME).map(([name, type]) => [type, name])
) as Readonly<Record<number, keyof typeof FRAME>>;

/** Bytes in front of every body. */
export const HEADER_BYTES = 5;
/** The relay itself. */
export const RELAY_CHANNEL = 0;
/** The terminal, on a viewer's socket. */
export const VIEWER_CHANNEL = 1;

/** Frames whose body begins with an offset in the clear. */
export const carriesOffset = (type: number): boolean =>
	type === FRAME.DATA || type === FRAME.SNAPSHOT;

/** Frames from before there are keys. */
export const isUnsealed = (type: number): boolean =>
	type === FRAME.OFFER || type === FRAME.ANSWER || type === FRAME.REFUSAL;

/** A frame that has been received. */
export interface Frame {
	type: number;
	channel: number;
	/** A view of the message, not a copy. */
	body: Uint8Array;
}

/** A frame to send. */
export function frameOf(type: FrameType, channel: number, body: Uint8Array): Bytes {
	const frame = new Uint8Array(HEADER_BYTES + body.length);
	frame[0] = type;
	new DataView(frame.buffer).setUint32(1, channel);
	frame.set(body, HEADER_BYTES);
	return frame;
}

/** The parts of a binary message, or nothing where it is too short to be a frame. */
export function readFrame(message: Uint8Array): Frame | undefined {
	const type = message[0];
	if (type === undefined || message.length < HEADER_BYTES) return undefined;
	return { type, channel: viewOf(message).getUint32(1), body: message.subarray(HEADER_BYTES) };
}

/** A `DataView` of the same bytes. */
export const viewOf = (bytes: Uint8Array): DataView =>
	new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Writes an offset: eight bytes, of which 53 bits are used. @throws RangeError for what is no offset */
export function writeOffset(view: DataView, at: number, offset: number): void {
	if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError('That is no offset.');
	view.setUint32(at, Math.floor(offset / 2 ** 32));
	view.setUint32(at + 4, offset % 2 ** 32);
}

/** Reads an offset, or nothing where there is none that a number can hold. */
export function readOffset(view: DataView, at: number): number | undefined {
	if (view.byteLength < at + 8) return undefined;
	const offset = view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
	return Number.isSafeInteger(offset) ? offset : undefined;
}
