/** Bytes of a sequence that sets modes. */
const LONGEST_MODES = 32;
/** No terminal has a mode with a longer number; a program that goes through all numbers fills no memory. */
const MODE_DIGITS = 4;
const [ESC, BRACKET, QUESTION_MARK] = [0x1b, 0x5b, 0x3f];
const NOTHING = Buffer.alloc(0);

/** The private modes (`CSI ? … h`) of output that is not drawn: the alternate screen, the mouse, the paste. */
export class LostModes {
	readonly #modes = new Map<string, 'h' | 'l'>();
	/** The end of what was read, where a sequence may go on. */
	#rest: Buffer = NOTHING;
	#hasLost = false;

	read(output: Uint8Array): void {
		this.#hasLost = true;
		const { buffer, byteOffset, length } = output;
		const bytes = Buffer.from(buffer, byteOffset, length);
		// What began before may go on here. One of these that is read twice says the same twice.
		if (this.#rest.length > 0) {
			this.#find(Buffer.concat([this.#rest, bytes.subarray(0, LONGEST_MODES)]));
		}
		this.#find(bytes);
		const end = Buffer.concat([this.#rest, bytes.subarray(-LONGEST_MODES)]);
		const tail = end.subarray(-LONGEST_MODES);
		this.#rest = tail.includes(ESC) ? tail : NOTHING;
	}

	#find(bytes: Buffer): void {
		for (let at = bytes.indexOf(ESC); at >= 0; at = bytes.indexOf(ESC, at + 1)) {
			if (bytes[at + 1] !== BRACKET || bytes[at + 2] !== QUESTION_MARK) continue;
			const sequence = /^([\d;]+)([hl])/.exec(bytes.toString('latin1', at + 3, at + LONGEST_MODES));
			if (!sequence) continue;
			for (const mode of sequence[1]?.split(';') ?? []) {
				if (mode.length > MODE_DIGITS) continue;
				this.#modes.set(mode, sequence[2] === 'h' ? 'h' : 'l');
			}
		}
	}

	/** What puts a screen into these modes, or nothing where nothing was lost since. */
	take(): string | undefined {
		if (!this.#hasLost) return undefined;
		this.#hasLost = false;
		const modes = [...this.#modes].map(([mode, set]) => `\x1b[?${mode}${set}`).join('');
		this.#modes.clear();
		this.#rest = NOTHING;
		// CAN ends a sequence whose rest is lost.
		return `\x18\x1b[0m${modes}`;
	}
}
