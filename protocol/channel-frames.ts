import type * as z from 'zod';
import { bytesOf, textOf, type Bytes } from './bytes.ts';
import { FRAME, readOffset, viewOf, writeOffset } from './frames.ts';
import { WIRE } from './limits.ts';
import { Close, Open, Opened, Request, Response, Size } from './terminal.ts';

/** What can be said in a sealed frame, as values. `docs/protocol.md` has who says which. */
export type ChannelFrame =
	| { type: typeof FRAME.PING | typeof FRAME.PONG; at: number }
	| { type: typeof FRAME.OPEN; open: Open }
	| { type: typeof FRAME.OPENED; opened: Opened }
	| { type: typeof FRAME.DATA; offset: number; bytes: Uint8Array }
	| { type: typeof FRAME.ACK; offset: number }
	| { type: typeof FRAME.INPUT; sequence: number; bytes: Uint8Array }
	| { type: typeof FRAME.INPUT_ACK; sequence: number }
	| ({ type: typeof FRAME.RESIZE } & Size)
	| { type: typeof FRAME.SNAPSHOT; offset: number; flags: number; bytes: Uint8Array }
	| { type: typeof FRAME.GAP; from: number; to: number }
	| { type: typeof FRAME.CLOSE; close: Close }
	| { type: typeof FRAME.REQUEST; request: Request }
	| { type: typeof FRAME.RESPONSE; response: Response };

/** Of a snapshot's frame: it is the last one. */
export const SNAPSHOT_LAST = 1;
/** Of a snapshot's frames: together they are raw DEFLATE (RFC 1951), and not yet what is drawn. */
export const SNAPSHOT_DEFLATED = 2;

/** What is sealed of a frame; its offset, where it has one, stands outside. */
export function plaintextOf(frame: ChannelFrame): Uint8Array {
	switch (frame.type) {
		case FRAME.DATA:
			return frame.bytes;
		case FRAME.SNAPSHOT:
			return withFront(1, frame.bytes, (view) => view.setUint8(0, frame.flags));
		case FRAME.INPUT:
			return withFront(4, frame.bytes, (view) => view.setUint32(0, frame.sequence));
		case FRAME.INPUT_ACK:
			return withFront(4, NOTHING, (view) => view.setUint32(0, frame.sequence));
		case FRAME.ACK:
			return withFront(8, NOTHING, (view) => writeOffset(view, 0, frame.offset));
		case FRAME.PING:
		case FRAME.PONG:
			return withFront(8, NOTHING, (view) => writeOffset(view, 0, frame.at));
		case FRAME.GAP:
			return withFront(16, NOTHING, (view) => {
				writeOffset(view, 0, frame.from);
				writeOffset(view, 8, frame.to);
			});
		case FRAME.RESIZE:
			return withFront(4, NOTHING, (view) => {
				view.setUint16(0, frame.cols);
				view.setUint16(2, frame.rows);
			});
		case FRAME.OPEN:
			return json(frame.open);
		case FRAME.OPENED:
			return json(frame.opened);
		case FRAME.CLOSE:
			return json(frame.close);
		case FRAME.REQUEST:
			return json(frame.request);
		case FRAME.RESPONSE:
			return json(frame.response);
	}
}

/** A frame that has been opened, or nothing where it does not say what its type promises. */
export function readPlaintext(
	type: number,
	offset: number,
	plaintext: Uint8Array
): ChannelFrame | undefined {
	const view = viewOf(plaintext);
	const { length } = plaintext;
	switch (type) {
		case FRAME.DATA:
			return { type, offset, bytes: plaintext };
		case FRAME.SNAPSHOT:
			if (length < 1) return undefined;
			return { type, offset, flags: view.getUint8(0), bytes: plaintext.subarray(1) };
		case FRAME.INPUT:
			if (length < 4 || length > 4 + WIRE.inputBytes) return undefined;
			return { type, sequence: view.getUint32(0), bytes: plaintext.subarray(4) };
		case FRAME.INPUT_ACK:
			return length === 4 ? { type, sequence: view.getUint32(0) } : undefined;
		case FRAME.RESIZE: {
			const size = length === 4 && { cols: view.getUint16(0), rows: view.getUint16(2) };
			return Size.safeParse(size).success && size ? { type, ...size } : undefined;
		}
		case FRAME.ACK: {
			const acknowledged = length === 8 ? readOffset(view, 0) : undefined;
			return acknowledged === undefined ? undefined : { type, offset: acknowledged };
		}
		case FRAME.PING:
		case FRAME.PONG: {
			const at = length === 8 ? readOffset(view, 0) : undefined;
			return at === undefined ? undefined : { type, at };
		}
		case FRAME.GAP: {
			const [from, to] = length === 16 ? [readOffset(view, 0), readOffset(view, 8)] : [];
			return from === undefined || to === undefined || to < from ? undefined : { type, from, to };
		}
		default:
			return readJson(type, plaintext);
	}
}

function readJson(type: number, plaintext: Uint8Array): ChannelFrame | undefined {
	switch (type) {
		case FRAME.OPEN: {
			const open = parsed(Open, plaintext);
			return open && { type, open };
		}
		case FRAME.OPENED: {
			const opened = parsed(Opened, plaintext);
			return opened && { type, opened };
		}
		case FRAME.CLOSE: {
			const close = parsed(Close, plaintext);
			return close && { type, close };
		}
		case FRAME.REQUEST: {
			const request = parsed(Request, plaintext);
			return request && { type, request };
		}
		case FRAME.RESPONSE: {
			const response = parsed(Response, plaintext);
			return response && { type, response };
		}
		default:
			return undefined;
	}
}

/** What JSON bytes say, where they have the shape; nothing for anything else. */
export function parsed<Schema extends z.ZodType>(
	schema: Schema,
	bytes: Uint8Array
): z.output<Schema> | undefined {
	try {
		return schema.safeParse(JSON.parse(textOf(bytes))).data;
	} catch (cause) {
		// Not UTF-8, or not JSON.
		if (cause instanceof TypeError || cause instanceof SyntaxError) return undefined;
		throw cause;
	}
}

const NOTHING = new Uint8Array();
const json = (value: object): Bytes => bytesOf(JSON.stringify(value));

function withFront(length: number, rest: Uint8Array, write: (view: DataView) => void): Bytes {
	const bytes = new Uint8Array(length + rest.length);
	write(viewOf(bytes));
	bytes.set(rest, length);
	return bytes;
}
