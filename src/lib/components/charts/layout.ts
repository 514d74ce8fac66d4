import { scaleLinear, scaleTime, scaleUtc } from 'd3-scale';
import type { Moment } from './series';

/** Where things stand in a chart, as shares from 0 (left, top) to 100 (right, bottom). */
export interface Layout {
	x: (at: Date) => number;
	y: (value: number) => number;
	xTicks: Date[];
	yTicks: number[];
	/** The room of one figure, for bars. */
	slot: number;
}

/** What a layout is made for. */
export interface LayoutOptions {
	/** Has a place on the scale even if no figure reaches it. */
	threshold?: number;
	/** Bars stand beside each other and on each other; a line begins and ends at the edge. */
	kind?: 'lines' | 'bars';
	/** The server does not know the person's zone and takes UTC; ticks are then round there. */
	inUtc?: boolean;
	/** Names of times that there is room for. */
	ticks?: number;
}

/** Lays out a chart from zero up, high enough for every figure and for its threshold, on round numbers. */
export function layOut(moments: readonly Moment[], options: LayoutOptions = {}): Layout {
	const { threshold = 0, kind = 'lines', inUtc = false, ticks = 5 } = options;
	const most = Math.max(threshold, ...moments.map((moment) => heightOf(moment, kind)));
	const y = scaleLinear([0, most > 0 ? most : 1], [100, 0]).nice(3);

	const step = stepOf(moments);
	const margin = kind === 'bars' ? step / 2 : 0;
	const first = moments[0]?.at.valueOf() ?? 0;
	const last = moments.at(-1)?.at.valueOf() ?? 0;
	const ends = [new Date(first - margin), new Date(Math.max(last, first + step / 2) + margin)];
	const x = (inUtc ? scaleUtc : scaleTime)(ends, [0, 100]);
	const slot = (step / ((ends[1]?.valueOf() ?? 0) - (ends[0]?.valueOf() ?? 0))) * 100;

	return { x, y, xTicks: x.ticks(ticks), yTicks: y.ticks(3), slot };
}

/** Bars of several series stand on each other. */
function heightOf({ values }: Moment, kind: 'lines' | 'bars'): number {
	return kind === 'bars'
		? values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
		: Math.max(...values.map((value) => value ?? 0));
}

/** The shortest time between two figures; a minute where there is only one. */
function stepOf(moments: readonly Moment[]): number {
	let shortest = Infinity;
	for (let place = 1; place < moments.length; place += 1) {
		const [before, after] = [moments[place - 1]?.at, moments[place]?.at];
		if (before && after) shortest = Math.min(shortest, after.valueOf() - before.valueOf());
	}
	return Number.isFinite(shortest) && shortest > 0 ? shortest : 60_000;
}

const HOUR = 3_600_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const key = JSON.stringify(options);
	const known = formatters.get(key) ?? new Intl.DateTimeFormat('en-GB', options);
	formatters.set(key, known);
	return known;
}

/** The name of a time under a chart: as short as what the chart spans allows. */
export function tickName(at: Date, spanMs: number, timeZone?: string): string {
	const options: Intl.DateTimeFormatOptions =
		spanMs <= 36 * HOUR
			? { hour: '2-digit', minute: '2-digit' }
			: spanMs <= 96 * HOUR
				? { weekday: 'short', hour: '2-digit', minute: '2-digit' }
				: { day: 'numeric', month: 'short' };
	return formatter({ ...options, timeZone }).format(at);
}

/** The name of a time in the table: with its day, and without hours where figures are of whole days. */
export function momentName(at: Date, isDaily: boolean, timeZone?: string): string {
	const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
	// A day that was counted in UTC keeps its name in every zone.
	if (isDaily) return formatter({ ...day, weekday: 'short', timeZone: 'UTC' }).format(at);
	return formatter({ ...day, hour: '2-digit', minute: '2-digit', timeZone }).format(at);
}

/** Whether each figure stands for a whole day. */
export const isDaily = (moments: readonly Moment[]): boolean =>
	moments.length > 1 && stepOf(moments) >= 24 * HOUR;

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });

/** A figure in as few characters as a scale has room for: `1.2K`. */
export const shortNumber = (value: number): string => compact.format(value);
