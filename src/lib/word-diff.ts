/** A stretch of text that both have, or only one of them. */
export interface Stretch {
	what: 'same' | 'gone' | 'new';
	text: string;
}

/** Comparing takes the product of both lengths; longer texts are compared by lines. */
const MOST_PAIRS = 4_000_000;

/** What became of a text, word by word: what is gone stands before what came in its place. */
export function wordDiff(before: string, after: string): Stretch[] {
	const byWords = compare(wordsOf(before), wordsOf(after));
	return byWords ?? compare(linesOf(before), linesOf(after)) ?? whole(before, after);
}

const wordsOf = (text: string): string[] =>
	text.match(/\s+|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? [];
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

const whole = (before: string, after: string): Stretch[] => [
	{ what: 'gone', text: before },
	{ what: 'new', text: after }
];

/** The longest common run of pieces; nothing when it would take too long to find. */
function compare(before: string[], after: string[]): Stretch[] | undefined {
	let start = 0;
	while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++;
	let end = 0;
	const most = Math.min(before.length, after.length) - start;
	while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;

	const old = before.slice(start, before.length - end);
	const now = after.slice(start, after.length - end);
	if (old.length * now.length > MOST_PAIRS) return undefined;
	return joined([
		...before.slice(0, start).map(same),
		...between(old, now),
		...before.slice(before.length - end).map(same)
	]);
}

const same = (text: string): Stretch => ({ what: 'same', text });

function between(old: string[], now: string[]): Stretch[] {
	const width = now.length + 1;
	// How long the common run is from each pair on.
	const run = new Uint32Array((old.length + 1) * width);
	const at = (i: number, j: number) => run[i * width + j] ?? 0;
	for (let i = old.length - 1; i >= 0; i--) {
		for (let j = now.length - 1; j >= 0; j--) {
			run[i * width + j] =
				old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
		}
	}
	const stretches: Stretch[] = [];
	let [i, j] = [0, 0];
	while (i < old.length || j < now.length) {
		const [was, is] = [old[i] ?? '', now[j] ?? ''];
		if (i < old.length && j < now.length && was === is) {
			stretches.push(same(was));
			i++;
			j++;
		} else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) {
			stretches.push({ what: 'gone', text: was });
			i++;
		} else {
			stretches.push({ what: 'new', text: is });
			j++;
		}
	}
	return stretches;
}

/** Neighbours of one kind become one; between two that are the same, what is gone comes before what is new. */
function joined(stretches: Stretch[]): Stretch[] {
	const all: Stretch[] = [];
	let [gone, added] = ['', ''];
	const flush = () => {
		if (gone) all.push({ what: 'gone', text: gone });
		if (added) all.push({ what: 'new', text: added });
		[gone, added] = ['', ''];
	};
	for (const { what, text } of stretches) {
		if (what === 'gone') gone += text;
		else if (what === 'new') added += text;
		else {
			flush();
			const last = all.at(-1);
			if (last?.what === 'same') last.text += text;
			else all.push({ what, text });
		}
	}
	flush();
	return all;
}
