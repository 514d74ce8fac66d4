/** Each tag once, by code points as the database sorts them: UTF-16 has another order. */
export function inTagOrder(words: readonly string[]): string[] {
	return [...new Set(words)].sort((one, other) => {
		const [a, b] = [[...one], [...other]];
		const place = a.findIndex((char, at) => char !== b[at]);
		if (place === -1) return a.length - b.length;
		return (a[place]?.codePointAt(0) ?? -1) - (b[place]?.codePointAt(0) ?? -1);
	});
}
