const ESC = 0x1b;
/** Strings that go on until BEL or ST: DCS, SOS, OSC, PM, APC. */
const STRING_STARTS = new Set([0x50, 0x58, 0x5d, 0x5e, 0x5f]);
/** A sequence that is longer than this is no terminal's. */
const LONGEST_BYTES = 65_536;

/**
 * How much of some output ends where a character or a control sequence ends. A screen that is drawn so far goes
 * on correctly with the rest; one that was cut elsewhere would show the rest of a sequence as text.
 */
export function wholeLength(output: Uint8Array): number {
	const from = Math.max(0, output.length - LONGEST_BYTES);
	const open = openSequence(output, from);
	return open ?? output.length - unfinishedCharacter(output);
}

/** Where the last sequence begins, if it has not ended. */
function openSequence(output: Uint8Array, from: number): number | undefined {
	let begin = output.lastIndexOf(ESC);
	if (begin < from) return undefined;
	// ESC \ ends a string, whose own beginning is then of no interest; alone at the end it may become one.
	if (begin === output.length - 1) {
		const before = begin > from ? output.lastIndexOf(ESC, begin - 1) : -1;
		const isInString = before >= from && STRING_STARTS.has(output[before + 1] ?? 0);
		if (isInString && !endsWithBell(output, before, begin)) begin = before;
		return begin;
	}
	const kind = output[begin + 1] ?? 0;
	if (STRING_STARTS.has(kind))
		return endsWithBell(output, begin, output.length) ? undefined : begin;
	// CSI: parameters and intermediates, then one byte from @ on. Others: intermediates, then one byte from 0 on.
	const first = kind === 0x5b ? begin + 2 : begin + 1;
	const lowest = kind === 0x5b ? 0x40 : 0x30;
	for (let at = first; at < output.length; at++) {
		if ((output[at] ?? 0) >= lowest) return undefined;
	}
	return begin;
}

const endsWithBell = (output: Uint8Array, begin: number, end: number): boolean => {
	const bell = output.indexOf(0x07, begin);
	return bell >= 0 && bell < end;
};

/** Bytes of a UTF-8 character at the end that has not all its bytes. */
function unfinishedCharacter(output: Uint8Array): number {
	for (let back = 1; back <= Math.min(3, output.length); back++) {
		const byte = output[output.length - back] ?? 0;
		if (byte < 0x80) return 0;
		if (byte < 0xc0) continue;
		const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
		return wanted > back ? back : 0;
	}
	return 0;
}
