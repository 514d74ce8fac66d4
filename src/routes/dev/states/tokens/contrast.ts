/** Red, green and blue from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The colours, with what each is for. */
export const COLOURS: readonly { name: string; says: string }[] = [
	{ name: 'paper', says: 'the page' },
	{ name: 'raised', says: 'what one types into, what floats' },
	{ name: 'sunk', says: 'what is under the pointer, notices' },
	{ name: 'line', says: 'between things' },
	{ name: 'ink', says: 'text' },
	{ name: 'ink-2', says: 'text that stands back' },
	{ name: 'ink-3', says: 'edges of controls, ages' },
	{ name: 'accent', says: 'where one is, what has the focus' },
	{ name: 'success', says: 'it is well' },
	{ name: 'warning', says: 'it will not be well' },
	{ name: 'danger', says: 'it is not well, it cannot be undone' }
];

/** The contrast of two colours, from 1 to 21 (WCAG 2.2, relative luminance). */
export function contrast(one: Rgb, other: Rgb): number {
	const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
	return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: Rgb): number {
	const [r = 0, g = 0, b = 0] = colour.map((part) => {
		const share = part / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
