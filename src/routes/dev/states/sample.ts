import type { Star } from '$lib/ideas';
import type { Row, Section } from '$lib/state/board.svelte';

interface Sample {
	title: string;
	excerpt: string;
	star?: Star;
	linkUrl?: string;
	hoursAgo: number;
	visibility?: 'public';
}

const SAMPLES: Sample[] = [
	{
		title: 'Tide clock for the harbour office',
		excerpt: 'Read the gauge every ten minutes, draw the next twelve hours',
		star: 'super',
		linkUrl: 'https://github.com/mara/tide-clock',
		hoursAgo: 3
	},
	{
		title: 'Sort the choir’s scores by who has them',
		excerpt: 'A page per piece, a line per borrowed copy',
		star: 'super',
		hoursAgo: 26
	},
	{
		title: 'Receipts from the shoebox',
		excerpt: 'Photograph, read the sum, ask only when unsure',
		star: 'star',
		linkUrl: 'https://git.sr.ht/~mara/receipts',
		hoursAgo: 50
	},
	{
		title: 'Learn what the boiler’s error codes mean',
		excerpt: '',
		star: 'star',
		hoursAgo: 75,
		visibility: 'public'
	},
	{
		title: 'Bus times on the old e-reader',
		excerpt: 'It is in the drawer and still charges',
		hoursAgo: 90
	},
	{ title: 'A better name for the boat', excerpt: '', hoursAgo: 120 },
	{
		title: 'Undo for the garden watering',
		excerpt: 'At least a log of what was opened when',
		hoursAgo: 140
	}
];

/** A board as it may look after a week, for the picture on the front page. */
export function sampleSections(now: Date): Section[] {
	const rows = SAMPLES.map((sample, place): Row => {
		const at = new Date(now.valueOf() - sample.hoursAgo * 3_600_000);
		return {
			id: String(place),
			key: String(place),
			position: String(place),
			tags: [],
			archivedAt: null,
			star: 'none',
			linkUrl: null,
			linkLabel: null,
			visibility: 'private',
			role: 'owner',
			version: 1,
			done: 0,
			total: 0,
			createdAt: at,
			updatedAt: at,
			...sample
		};
	});
	return (['super', 'star', 'none'] as const).map((star) => {
		const own = rows.filter((row) => row.star === star);
		return { star, rows: own, count: own.length };
	});
}
