/** Bytes of a sequence that sets modes. */
const LONGEST_MODES = 32;
/** No terminal has a mode with a longer number; a program that goes through all numbers fills no memory. */
const MODE_DIGITS = 4;

/** The private modes (`CSI ? … h`) of output that is not drawn: the alternate screen, the mouse, the paste. */
export class LostModes {
	readonly #modes = new Map<string, 'h' | 'l'>();
	/** The end of what was read, where a sequence may go on. */
	#rest = Buffer.alloc(0);
	#hasLost = false;

	read(output: Uint8Array): void {
		this.#hasLost = true;
		const bytes = Buffer.concat([this.#rest, output]);
		// One of these that is read twice says the same twice.
		this.#rest = bytes.subarray(-LONGEST_MODES);
		for (let at = bytes.indexOf('\x1b[?'); at >= 0; at = bytes.indexOf('\x1b[?', at + 3)) {
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
		this.#rest = Buffer.alloc(0);
		// CAN ends a sequence whose rest is lost.
		return `\x18\x1b[0m${modes}`;
	}
}
