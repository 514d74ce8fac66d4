/**
 * The last output of a terminal, by offsets from its first byte. Memory is taken as it is needed, up to the
 * whole size: most terminals print little.
 */
export class OutputRing {
	/** What it keeps at most. */
	readonly sizeBytes: number;
	#bytes: Buffer;
	/** Where the next byte goes. */
	#end = 0;

	constructor(sizeBytes: number) {
		this.sizeBytes = sizeBytes;
		this.#bytes = Buffer.allocUnsafe(Math.min(sizeBytes, 65_536));
	}

	/** The offset of the oldest byte that is still here. */
	get start(): number {
		return Math.max(0, this.#end - this.sizeBytes);
	}

	/** The offset behind the newest byte. */
	get end(): number {
		return this.#end;
	}

	push(output: Uint8Array): void {
		this.#grow(this.#end + output.length);
		const size = this.#bytes.length;
		// Of what is longer than everything that fits, only the end stays.
		const kept = output.subarray(Math.max(0, output.length - size));
		let at = (this.#end + output.length - kept.length) % size;
		for (let done = 0; done < kept.length;) {
			const part = kept.subarray(done, done + size - at);
			this.#bytes.set(part, at);
			done += part.length;
			at = 0;
		}
		this.#end += output.length;
	}

	/**
	 * Output from an offset on: at most `length` bytes, and fewer where the ring's seam is. A view, good until
	 * the next `push`.
	 *
	 * @throws RangeError where it is not here (any more)
	 */
	read(offset: number, length: number): Buffer {
		if (offset < this.start || offset > this.#end) throw new RangeError('That is not kept.');
		const at = offset % this.#bytes.length;
		return this.#bytes.subarray(at, at + Math.min(length, this.#end - offset));
	}

	/**
	 * Output between two offsets: a view where it is in one piece, good until the next `push`.
	 *
	 * @throws RangeError where it is not here
	 */
	between(from: number, to: number): Buffer {
		const view = this.read(from, to - from);
		return view.length === to - from ? view : this.copy(from, to);
	}

	/** Output between two offsets, across the seam. @throws RangeError where it is not here */
	copy(from: number, to: number): Buffer {
		const copied = Buffer.allocUnsafe(to - from);
		for (let at = from; at < to;) {
			const part = this.read(at, to - at);
			copied.set(part, at - from);
			at += part.length;
		}
		return copied;
	}

	/** Until it is as long as it may be, it has never gone round, and can be copied as it is. */
	#grow(toBytes: number): void {
		const size = this.#bytes.length;
		if (toBytes <= size || size === this.sizeBytes) return;
		const doubled = 2 ** Math.ceil(Math.log2(toBytes));
		const bytes = Buffer.allocUnsafe(Math.min(this.sizeBytes, doubled));
		this.#bytes.copy(bytes, 0, 0, this.#end);
		this.#bytes = bytes;
	}
}
