import { lasting } from '$lib/lasting';
import { count, dateOf } from '$lib/time';
import type { PageData } from './$types';

type Component = PageData['status']['components'][number];
type Day = Component['days'][number];
type State = Component['state'];
type Tone = 'success' | 'warning' | 'danger' | 'quiet';

/** How a part is, in a word and a colour. */
export const STATE_MARKS: Record<State, { tone: Tone; label: string }> = {
	up: { tone: 'success', label: 'Works' },
	degraded: { tone: 'warning', label: 'Works in part' },
	down: { tone: 'danger', label: 'Does not work' },
	unknown: { tone: 'quiet', label: 'Not known' }
};

/** The first sentence of the page. */
export const HEADLINES: Record<State, string> = {
	up: 'Everything works.',
	degraded: 'Not everything works as it should.',
	down: 'Something does not work.',
	unknown: 'Nobody has looked for a while.'
};

/** What one check misses of a day, such as its first seconds, is no gap. */
const GAP_SECONDS = 300;

const forSo = (seconds: number) => `for ${lasting(Math.max(1, seconds / 60))}`;

const hasGap = ({ state, unwatchedSeconds }: Day): boolean =>
	state !== 'unknown' && unwatchedSeconds > GAP_SECONDS;

/** What was on a day: `26 Nov 2026: worked; not watched for 12 minutes`. */
export function dayInWords(one: Day): string {
	const { day, state, downSeconds, degradedSeconds, unwatchedSeconds } = one;
	const was = {
		up: 'worked',
		unknown: 'not watched',
		degraded: `worked in part ${forSo(degradedSeconds)}`,
		down: `did not work ${forSo(downSeconds)}`
	};
	const gap = hasGap(one) ? `; not watched ${forSo(unwatchedSeconds)}` : '';
	return `${dateOf(day)}: ${was[state]}${gap}`;
}

/** The share of the watched time, never rounded up to whole: `99.98 %`. */
export function shareInWords(share: number | null): string {
	if (share === null) return 'not watched yet';
	return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}

/** The share of the time that was watched, where that was not nearly all of it. */
export function watchedInWords(share: number | null): string {
	if (share === null || share > 0.999) return '';
	return `of the watched time, ${Math.floor(share * 100)} % of all`;
}

const isTroubled = ({ state }: Day): boolean => state === 'down' || state === 'degraded';

const isTold = (day: Day): boolean => isTroubled(day) || hasGap(day);

/** The days of which there is something to say: not well, or not watched throughout. The latest first. */
export const toldDays = ({ days }: Component): Day[] => days.filter(isTold).toReversed();

/** How many of them there are: `1 day with trouble, 2 not watched throughout`. */
export function toldInWords({ days }: Component): string {
	const troubled = days.filter(isTroubled).length;
	const gaps = days.filter(isTold).length - troubled;
	if (gaps === 0) return `${count(troubled, 'day')} with trouble`;
	if (troubled === 0) return `${count(gaps, 'day')} not watched throughout`;
	return `${count(troubled, 'day')} with trouble, ${gaps} not watched throughout`;
}

/** The days that were not well, in words, for those who do not see the bars. */
export function daysInWords({ days }: Component): string {
	const watched = days.filter(({ state }) => state !== 'unknown').length;
	const troubled = days.filter(isTroubled).length;
	const well = `${count(watched - troubled, 'day')} of the last ${days.length} without trouble`;
	return [well, ...days.filter(isTold).map(dayInWords)].join('; ');
}
