/** One figure of a chart. */
export interface ChartPoint {
	/** What stands under it: an hour, a day, a name. */
	at: string;
	value: number;
}

/** Where things stand in a chart, as shares from 0 (left, top) to 100 (right, bottom). */
export interface ChartLayout {
	/** The top of the scale. */
	max: number;
	/** Rounded values with their height. */
	ticks: { value: number; y: number }[];
	points: { x: number; y: number }[];
	/** The height of the threshold. */
	threshold?: number;
}

/** A round number at or above another, so that a scale has numbers that one can read: 1, 2 or 5 times ten to some power. */
export function roundUp(value: number): number {
	if (value <= 0) return 1;
	const power = 10 ** Math.floor(Math.log10(value));
	const step = [1, 2, 5, 10].find((one) => one * power >= value * (1 - 1e-9)) ?? 10;
	return step * power;
}

/** Lays out a chart from zero up, high enough for every figure and for its threshold. */
export function layOut(data: readonly ChartPoint[], threshold?: number): ChartLayout {
	const max = roundUp(Math.max(...data.map(({ value }) => value), threshold ?? 0));
	const y = (value: number) => 100 - (Math.max(value, 0) / max) * 100;
	const slot = 100 / Math.max(data.length, 1);
	return {
		max,
		ticks: [0, max / 2, max].map((value) => ({ value, y: y(value) })),
		points: data.map(({ value }, place) => ({ x: slot * (place + 0.5), y: y(value) })),
		threshold: threshold === undefined ? undefined : y(threshold)
	};
}
