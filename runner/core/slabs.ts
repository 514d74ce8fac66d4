import type { Bytes } from '#protocol/bytes';
import { WIRE } from '#protocol/limits';

/** What is shorter costs nothing worth saving. */
const LEAST_BYTES = 4_096;
/** So many lie ready, for all lines of this process together. More are in use only when lines are slow. */
const MOST_FREE = 4;

/*
 * Memory for long messages, used again when the line has let go of it. What lies in it is sealed: a mistake here
 * breaks a channel, and shows nobody the output of another terminal.
 */
const free: ArrayBuffer[] = [];
const used = new WeakSet<ArrayBufferLike>();

/** Memory for a message, with whatever was in it before. */
export function takeBytes(length: number): Bytes {
	if (length > WIRE.frameBytes) return new Uint8Array(length);
	if (length < LEAST_BYTES) return Buffer.allocUnsafe(length) as Bytes;
	const slab = free.pop() ?? new ArrayBuffer(WIRE.frameBytes);
	used.add(slab);
	return Buffer.from(slab, 0, length);
}

/** Whether it is to be given back, and nobody but its sender looks at it. */
export const isSlab = ({ buffer }: Uint8Array): boolean => used.has(buffer);

/** Nobody will read this message any more. One that is never given back is the collector's. */
export function giveBack({ buffer }: Bytes): void {
	if (used.delete(buffer) && free.length < MOST_FREE) free.push(buffer);
}
