/** One figure at one time; nothing where nothing was measured, which leaves a gap. */
export interface ChartPoint {
	at: Date;
	value: number | null;
}

/** How a line looks. Without one, the place among its neighbours decides. */
export type Tone = 'ink' | 'accent' | 'quiet' | 'faint' | 'success' | 'warning' | 'danger';

/** What goes on over time, with a name for the legend and the table. */
export interface Series {
	name: string;
	points: readonly ChartPoint[];
	tone?: Tone;
}

/** Something that happened and may explain what comes after it, such as a release. */
export interface Mark {
	at: Date;
	name: string;
}

/** By place: solid and dashed as well as coloured, so that nobody has to tell colours apart. */
const TONES: readonly Tone[] = ['ink', 'accent', 'quiet', 'faint'];

export const STROKES: Readonly<Record<Tone, string>> = {
	ink: 'stroke-ink stroke-[1.5]',
	accent: 'stroke-accent stroke-2',
	quiet: 'stroke-ink-2 stroke-[1.5] [stroke-dasharray:5_3]',
	faint: 'stroke-ink-3 stroke-[1.5] [stroke-dasharray:1.5_3]',
	success: 'stroke-success stroke-[1.5]',
	warning: 'stroke-warning stroke-[1.5] [stroke-dasharray:5_3]',
	danger: 'stroke-danger stroke-2'
};

export const FILLS: Readonly<Record<Tone, string>> = {
	ink: 'fill-ink-2',
	accent: 'fill-accent',
	quiet: 'fill-ink-3',
	faint: 'fill-line',
	success: 'fill-success',
	warning: 'fill-warning',
	danger: 'fill-danger'
};

/** The tone of a series at this place. */
export const toneOf = ({ tone }: Series, place: number): Tone =>
	tone ?? TONES[place % TONES.length] ?? 'ink';

/** A line of the table, and where the pointer can rest: one time, and what each series says then. */
export interface Moment {
	at: Date;
	values: (number | null)[];
}

/** All series by time, the oldest first. */
export function momentsOf(series: readonly Series[]): Moment[] {
	const moments = new Map<number, Moment>();
	series.forEach(({ points }, place) => {
		for (const { at, value } of points) {
			const known = moments.get(at.valueOf());
			const moment = known ?? { at, values: series.map(() => null) };
			moment.values[place] = value;
			if (!known) moments.set(at.valueOf(), moment);
		}
	});
	return [...moments.values()].sort((a, b) => a.at.valueOf() - b.at.valueOf());
}

/** The last figure that was measured. */
export function newestOf({ points }: Series): number | null {
	return points.findLast(({ value }) => value !== null)?.value ?? null;
}
