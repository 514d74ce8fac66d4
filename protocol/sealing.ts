import type { Bytes } from './bytes.ts';
import { plaintextOf, readPlaintext, type ChannelFrame } from './channel-frames.ts';
import { carriesOffset, HEADER_BYTES, readOffset, viewOf, writeOffset } from './frames.ts';
import { WIRE } from './limits.ts';

/*
 * AES-256-GCM with a key for each direction of each attach. The nonce is a counter that neither side sends: a
 * frame that is left out, repeated or moved does not open, and the channel is over. Type and offset are
 * additional data; the channel's number is not, because the relay writes it.
 */

/** Bytes that follow one another. */
type Pieces = readonly Uint8Array[];

/**
 * AES-256-GCM under one key. A program may bring a faster one than WebCrypto's; the bytes are the same. It answers at
 * once or by promises, and not now like this and then like that.
 */
export interface Aead {
	/** @returns the ciphertext, and its tag of 16 bytes behind: in pieces, where joining them is a copy more */
	seal(nonce: Bytes, additional: Bytes, plaintext: Uint8Array): Pieces | Promise<Pieces>;
	/** @throws where the tag is wrong */
	open(nonce: Bytes, additional: Bytes, sealed: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Makes the cipher of a key of 32 bytes. */
export type AeadOf = (key: Bytes) => Aead | Promise<Aead>;

/** WebCrypto's, which browsers and Node have. A call costs 70 to 100 µs, whatever its size. */
export const webAead: AeadOf = async (key) => {
	const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, [
		'encrypt',
		'decrypt'
	]);
	const parameters = (iv: Bytes, additionalData: Bytes) => ({
		name: 'AES-GCM',
		iv,
		additionalData
	});
	return {
		async seal(nonce, additional, plaintext) {
			const sealed = await crypto.subtle.encrypt(
				parameters(nonce, additional),
				imported,
				plaintext as Bytes
			);
			return [new Uint8Array(sealed)];
		},
		async open(nonce, additional, sealed) {
			const plain = await crypto.subtle.decrypt(
				parameters(nonce, additional),
				imported,
				sealed as Bytes
			);
			return new Uint8Array(plain);
		}
	};
};

/** A channel can no longer be used: something in between has touched it, or its key is used up. */
export class BrokenChannel extends Error {
	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = 'BrokenChannel';
	}
}

const OFFSET_BYTES = 8;
const TAG_BYTES = 16;
/** What may be sealed of one frame. */
const PLAINTEXT_BYTES = WIRE.frameBytes - HEADER_BYTES - OFFSET_BYTES - TAG_BYTES;

/** Memory for so many bytes. What is in it is written over. */
export type Memory = (length: number) => Bytes;

/** Seals what one side sends. */
export class Sealer {
	readonly #aead: Aead;
	readonly #memory: Memory;
	#sent = 0;
	#last: Promise<unknown> = Promise.resolve();

	/** @param memory where messages are put together */
	constructor(aead: Aead, memory: Memory = (length) => new Uint8Array(length)) {
		this.#aead = aead;
		this.#memory = memory;
	}

	/**
	 * A whole message for the socket, at once where the cipher answers at once. Promises resolve in the order of the
	 * calls, which is the order in which the messages must be sent.
	 *
	 * @throws BrokenChannel when the key is used up; RangeError for numbers that are none, and for what is so long
	 * that a relay would close the whole socket for it
	 */
	seal(channel: number, frame: ChannelFrame): Bytes | Promise<Bytes> {
		if (this.#sent >= WIRE.framesPerKey) throw new BrokenChannel('The key is used up.');
		const offset = 'offset' in frame && carriesOffset(frame.type) ? frame.offset : undefined;
		const additional = additionalOf(frame.type, offset ?? 0);
		const plaintext = plaintextOf(frame);
		if (plaintext.length > PLAINTEXT_BYTES) throw new RangeError('That frame is too long.');
		const sealed = this.#aead.seal(nonceOf(this.#sent++), additional, plaintext);
		const wire = (pieces: Pieces) => this.#wired(frame.type, { channel, offset }, pieces);
		if (!(sealed instanceof Promise)) return wire(sealed);
		const message = this.#last.then(async () => wire(await sealed));
		// A failure is told to whoever asked for that frame; those behind it find out by themselves.
		this.#last = message.catch(() => undefined);
		return message;
	}

	#wired(
		type: number,
		{ channel, offset }: { channel: number; offset: number | undefined },
		sealed: Pieces
	): Bytes {
		let at = HEADER_BYTES + (offset === undefined ? 0 : OFFSET_BYTES);
		const message = this.#memory(sealed.reduce((length, piece) => length + piece.length, at));
		const view = viewOf(message);
		view.setUint8(0, type);
		view.setUint32(1, channel);
		if (offset !== undefined) writeOffset(view, HEADER_BYTES, offset);
		for (const piece of sealed) {
			message.set(piece, at);
			at += piece.length;
		}
		return message;
	}
}

/** Opens what the other side has sealed, in the order of arrival. */
export class Opener {
	readonly #aead: Aead;
	#received = 0;
	/** The frame before, where it was not there at once, or is broken. */
	#last: Promise<unknown> | undefined;

	constructor(aead: Aead) {
		this.#aead = aead;
	}

	/**
	 * What a frame says, at once where the cipher answers at once. Promises resolve in the order of the calls; what is
	 * broken is always told by one.
	 *
	 * @throws BrokenChannel where it was not sealed by the other side as the next one, or says nothing sensible
	 */
	open(frame: { type: number; body: Uint8Array }): ChannelFrame | Promise<ChannelFrame> {
		const opened = this.#opened(frame);
		const isThere = !(opened instanceof Promise);
		if (isThere && !this.#last) return opened;
		// Whoever asked hears of it from what is returned below; this only keeps it from counting as unhandled.
		if (!isThere) opened.catch(() => undefined);
		// Whoever waits for a later frame learns that the channel is broken, too: its counter is the same.
		const inTurn = Promise.resolve(this.#last).then(() => opened);
		this.#last = inTurn;
		// The same of the row: its failure is the caller's, who has it as the answer.
		inTurn.catch(() => undefined);
		return inTurn;
	}

	/** Never throws. */
	#opened({
		type,
		body
	}: {
		type: number;
		body: Uint8Array;
	}): ChannelFrame | Promise<ChannelFrame> {
		const nonce = nonceOf(this.#received++);
		const inFront = carriesOffset(type) ? OFFSET_BYTES : 0;
		const offset = inFront ? readOffset(viewOf(body), 0) : 0;
		if (offset === undefined) return broken('A frame has no offset.');
		const read = (plaintext: Uint8Array) =>
			readPlaintext(type, offset, plaintext) ??
			broken('A frame does not say what its type promises.');
		const cannot = (cause: unknown) => broken('A frame does not open.', cause);
		try {
			const plaintext = this.#aead.open(nonce, additionalOf(type, offset), body.subarray(inFront));
			return plaintext instanceof Promise ? plaintext.then(read, cannot) : read(plaintext);
		} catch (cause) {
			return cannot(cause);
		}
	}
}

const broken = (message: string, cause?: unknown): Promise<never> =>
	Promise.reject(new BrokenChannel(message, { cause }));

function nonceOf(counter: number): Bytes {
	const nonce = new Uint8Array(12);
	writeOffset(viewOf(nonce), 4, counter);
	return nonce;
}

function additionalOf(type: number, offset: number): Bytes {
	const additional = new Uint8Array(1 + OFFSET_BYTES);
	additional[0] = type;
	writeOffset(viewOf(additional), 1, offset);
	return additional;
}
