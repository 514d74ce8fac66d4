/*
 * How fast a page feels, as browsers measure it (https://web.dev/articles/vitals). Figures are whole numbers:
 * milliseconds, and for CLS ten-thousandths.
 */

/** The names of what browsers measure. */
export const VITAL_NAMES = ['lcp', 'inp', 'cls', 'fcp', 'ttfb'] as const;
export type VitalName = (typeof VITAL_NAMES)[number];

/** The names of what only a laboratory measures. */
export const LAB_NAMES = ['tti', 'tbt'] as const;
export type LabName = (typeof LAB_NAMES)[number];

/** What is measured, and how good a figure is. */
export interface Measure {
	/** As people who mend pages call it. */
	short: string;
	name: string;
	/** A figure up to here is good. */
	good: number;
	/** A figure above it is poor; what is between needs improvement. */
	poor: number;
	/** What Coda aims at; absent where nothing more than good is. */
	aim?: number;
}

export const MEASURES: Readonly<Record<VitalName | LabName, Measure>> = {
	lcp: { short: 'LCP', name: 'Largest Contentful Paint', good: 2_500, poor: 4_000, aim: 1_800 },
	inp: { short: 'INP', name: 'Interaction to Next Paint', good: 200, poor: 500, aim: 100 },
	cls: { short: 'CLS', name: 'Cumulative Layout Shift', good: 1_000, poor: 2_500, aim: 500 },
	fcp: { short: 'FCP', name: 'First Contentful Paint', good: 1_800, poor: 3_000 },
	ttfb: { short: 'TTFB', name: 'Time to First Byte', good: 800, poor: 1_800 },
	tti: { short: 'TTI', name: 'Time to Interactive', good: 3_500, poor: 7_300, aim: 2_900 },
	tbt: { short: 'TBT', name: 'Total Blocking Time', good: 200, poor: 600, aim: 150 }
};

/** How many ten-thousandths CLS has in one. */
export const CLS_UNITS = 10_000;

/** How good a figure is. */
export type Rating = 'good' | 'needs improvement' | 'poor';

/** Rates a figure. The limits themselves are still good, and still no worse than in need of improvement. */
export function rate(name: VitalName | LabName, value: number): Rating {
	const { good, poor } = MEASURES[name];
	return value <= good ? 'good' : value <= poor ? 'needs improvement' : 'poor';
}

/** A figure with its unit: `1.84 s`, `96 ms`, and `0.05` for CLS. */
export function inUnits(name: VitalName | LabName, value: number): string {
	if (name === 'cls') return (value / CLS_UNITS).toFixed(value < 100 ? 3 : 2);
	return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(2)} s`;
}

/** Steps of a bucket's width: eight make a double. */
const STEPS_PER_DOUBLE = 8;
const DOUBLES = { below: 6, above: 4 };

/**
 * The upper ends of a measure's buckets, each of which belongs to its bucket; the last bucket has none. Both
 * limits are ends, so that a bucket has one rating. Totals are kept by number for ever: these never change.
 */
export const BUCKET_ENDS: Readonly<Record<VitalName, readonly number[]>> = {
	lcp: endsOf(MEASURES.lcp),
	inp: endsOf(MEASURES.inp),
	cls: endsOf(MEASURES.cls),
	fcp: endsOf(MEASURES.fcp),
	ttfb: endsOf(MEASURES.ttfb)
};

/** As many buckets as the measure with the most has: histograms of all measures are of this length. */
export const MOST_BUCKETS = 1 + Math.max(...Object.values(BUCKET_ENDS).map(({ length }) => length));

function endsOf({ good, poor }: Measure): number[] {
	const between = Math.max(1, Math.round(Math.log2(poor / good) * STEPS_PER_DOUBLE));
	const { below, above } = DOUBLES;
	const ends = [
		...steps(good / 2 ** below, good, below * STEPS_PER_DOUBLE),
		...steps(good, poor, between),
		...steps(poor, poor * 2 ** above, above * STEPS_PER_DOUBLE)
	];
	return [...new Set(ends)];
}

/** So many steps of the same ratio from one figure to another, both included. */
function steps(from: number, to: number, count: number): number[] {
	return Array.from({ length: count + 1 }, (_, n) => Math.round(from * (to / from) ** (n / count)));
}

/** How many page loads fell into a bucket. */
export interface BucketCount {
	bucket: number;
	loads: number;
}

/** What page loads come to. */
export interface Distribution {
	loads: number;
	/** Three of four loads were at most so. */
	p75: number;
	/** The rating of that figure. */
	rating: Rating;
	/** How many loads were how good. */
	shares: Record<Rating, number>;
}

/** What counts by bucket come to, to a tenth at most; nothing where there are none. */
export function distributionOf(name: VitalName, counts: BucketCount[]): Distribution | undefined {
	const ends = BUCKET_ENDS[name];
	const ordered = counts.filter(({ loads }) => loads > 0).sort((a, b) => a.bucket - b.bucket);
	const loads = ordered.reduce((sum, one) => sum + one.loads, 0);
	if (loads === 0) return undefined;
	const shares: Record<Rating, number> = { good: 0, 'needs improvement': 0, poor: 0 };
	let [before, p75] = [0, 0];
	for (const { bucket, loads: here } of ordered) {
		const [low, high] = [ends[bucket - 1] ?? 0, ends[bucket] ?? Infinity];
		shares[rate(name, high)] += here;
		const rank = loads * 0.75 - before;
		// Within its bucket a figure is anywhere; beyond the last end it is at least that.
		if (rank > 0 && rank <= here) {
			p75 = high === Infinity ? low + 1 : low + (high - low) * (rank / here);
		}
		before += here;
	}
	return { loads, p75, rating: rate(name, p75), shares };
}
