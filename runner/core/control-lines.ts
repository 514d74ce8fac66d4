/** What tmux says in control mode (tmux(1), CONTROL MODE). */
export interface ControlListener {
	/** A program in a pane has printed this. */
	onOutput(pane: string, bytes: Buffer): void;
	/** The answer to a command; `isOurs` where it was written to tmux, and not on its command line. */
	onReply(reply: { lines: string[]; isError: boolean; isOurs: boolean }): void;
	/** Something else: its name and the rest of its line. */
	onNotice(name: string, rest: string): void;
}

const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const OUTPUT = Buffer.from('%output ');
const [BEGIN, END, ERROR] = ['%begin ', '%end ', '%error '];

/**
 * Reads control mode. Of output, tmux writes bytes below a space and the backslash as `\ooo` and everything else as
 * it came from the program, so that nothing is lost by it.
 */
export class ControlLines {
	readonly #listener: ControlListener;
	#rest: Buffer = Buffer.alloc(0);
	/** What the lines of a reply end with, and those so far. */
	#reply: { mark: string; lines: string[] } | undefined;

	constructor(listener: ControlListener) {
		this.#listener = listener;
	}

	read(chunk: Buffer): void {
		const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
		let at = 0;
		for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
			this.#line(bytes.subarray(at, end));
			at = end + 1;
		}
		this.#rest = bytes.subarray(at);
	}

	#line(line: Buffer): void {
		if (this.#reply) return this.#replyLine(line.toString(), this.#reply);
		if (line[0] !== PERCENT) return;
		if (line.subarray(0, OUTPUT.length).equals(OUTPUT)) {
			const space = line.indexOf(' ', OUTPUT.length);
			const pane = line.toString('latin1', OUTPUT.length, space);
			return this.#listener.onOutput(pane, unescaped(line.subarray(space + 1)));
		}
		const text = line.toString();
		if (text.startsWith(BEGIN)) {
			this.#reply = { mark: text.slice(BEGIN.length), lines: [] };
			return;
		}
		const [name = ''] = text.split(' ', 1);
		this.#listener.onNotice(name.slice(1), text.slice(name.length + 1));
	}

	/** What a pane shows may look like an end; the numbers of this one are tmux's own. */
	#replyLine(line: string, { mark, lines }: { mark: string; lines: string[] }): void {
		const isError = line === ERROR + mark;
		if (!isError && line !== END + mark) {
			lines.push(line);
			return;
		}
		this.#reply = undefined;
		this.#listener.onReply({ lines, isError, isOurs: mark.endsWith(' 1') });
	}
}

function unescaped(text: Buffer): Buffer {
	let at = text.indexOf(BACKSLASH);
	if (at < 0) return text;
	const bytes = Buffer.allocUnsafe(text.length);
	let length = text.copy(bytes, 0, 0, at);
	while (at >= 0) {
		bytes[length++] = octal(text, at + 1);
		const next = text.indexOf(BACKSLASH, at + 4);
		length += text.copy(bytes, length, at + 4, next < 0 ? text.length : next);
		at = next;
	}
	return bytes.subarray(0, length);
}

const digit = (text: Buffer, at: number): number => (text[at] ?? 0) & 7;
const octal = (text: Buffer, at: number): number =>
	(digit(text, at) << 6) | (digit(text, at + 1) << 3) | digit(text, at + 2);
