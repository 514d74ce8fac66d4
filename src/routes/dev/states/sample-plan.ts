import type { Feature, OutlineFeature } from '$lib/features';
import type { Idea } from '$lib/ideas';
import type { SearchHit, Segment } from '$lib/search';
import type { Trashed } from '$lib/trash';

const id = (number: number) => `01a20000-0000-7000-8000-${String(number).padStart(12, '0')}`;

const AT = new Date('2026-11-24T09:00:00Z');

/** Who looks at the pages of states. */
export const PERSON = { id: id(1), email: 'ada@example.com', name: 'Ada Lovelace' };

/** What the shell of every page brings. */
export const SHELL = {
	user: { ...PERSON, role: 'user' as const },
	shell: { theme: null, singleKeys: null, keys: {}, timeZone: 'UTC' },
	notices: null,
	hasDevices: true,
	address: ''
};

/** An idea in the middle of its work. */
export const IDEA: Idea = {
	id: id(2),
	title: 'Tide clock for the harbour office',
	notes:
		'Read the gauge **every ten minutes**, draw the next twelve hours.\n\n- [x] ask the harbour master\n- [ ] find the gauge’s socket\n\n```js\nconst level = read(gauge) - datum; // in centimetres, as the chart in the office has it\n```',
	linkUrl: 'https://git.sr.ht/~mara/tide-clock',
	linkLabel: null,
	visibility: 'private',
	version: 7,
	createdAt: AT,
	updatedAt: AT,
	role: 'owner',
	star: 'super',
	position: 'a0',
	tags: ['harbour', 'hardware'],
	archivedAt: null,
	done: 1,
	total: 4
};

const FEATURE: Feature = {
	id: id(10),
	ideaId: IDEA.id,
	title: 'Read the gauge over its serial port',
	notes: 'Nine bytes, the last of them a sum.',
	sections: [
		{ id: id(20), label: 'Wiring', body: 'Red to red. The shield on **one** side only.' },
		{ id: id(21), label: 'Link', body: 'https://example.com/gauge.pdf' }
	],
	visibility: 'inherit',
	star: 'star',
	position: 'a1',
	completedAt: null,
	version: 3,
	createdAt: AT,
	updatedAt: AT
};

const line = (number: number, changes: Partial<OutlineFeature>): OutlineFeature => {
	const { notes: _n, sections: _s, ...feature } = FEATURE;
	return {
		...feature,
		id: id(number),
		position: `a${number}`,
		excerpt: '',
		details: 0,
		...changes
	};
};

/** The feature that is open. */
export const OPEN_FEATURE = FEATURE;

/** Its plan: one that is open, one with a long title, one that only some see, one that is done. */
export const OUTLINE: OutlineFeature[] = [
	line(10, { title: FEATURE.title, excerpt: FEATURE.notes, details: 2 }),
	line(11, {
		title: 'Draw the curve of the next twelve hours on the small display beside the door, in ink',
		star: 'super'
	}),
	line(12, { title: 'A case from oak', star: 'none', visibility: 'private' }),
	line(13, { title: 'Ask the harbour master', star: 'none', completedAt: AT })
];

/** A full Trash: ideas and a feature. */
export const THINGS: Trashed[] = [
	{
		kind: 'feature',
		id: id(30),
		title: 'A bell at high water',
		deletedAt: AT,
		undoExpiresAt: new Date('2026-12-01T09:00:00Z'),
		idea: { id: IDEA.id, title: IDEA.title },
		canPurge: true
	},
	{
		kind: 'idea',
		id: id(31),
		title: 'A second clock for the other side of the harbour, where the ferries leave',
		deletedAt: AT,
		undoExpiresAt: new Date('2026-11-26T09:00:00Z'),
		idea: null,
		canPurge: true
	}
];

/** Marks what was searched for: `a *gauge* that`. */
const marked = (text: string): Segment[] =>
	text.split('*').map((piece, at) => ({ text: piece, hit: at % 2 === 1 }));

const hit = (number: number, changes: Partial<SearchHit>): SearchHit => ({
	kind: 'idea',
	id: id(number),
	ideaId: IDEA.id,
	ideaTitle: IDEA.title,
	title: marked(IDEA.title),
	excerpt: [],
	star: 'none',
	isDone: false,
	isArchived: false,
	isInTrash: false,
	isNear: false,
	...changes
});

/** What a search for “gauge” may find. */
export const HITS: SearchHit[] = [
	hit(10, {
		kind: 'feature',
		title: marked('Read the *gauge* over its serial port'),
		star: 'star'
	}),
	hit(2, {
		excerpt: marked('Read the *gauge* every ten minutes, draw the next twelve hours.'),
		star: 'super'
	}),
	hit(31, { title: marked('An old *gauge*'), isInTrash: true }),
	hit(32, { title: marked('*Gauges* of the neighbours'), isArchived: true })
];

/** Tags as a person has them after a while. */
export const TAGS = [
	{ name: 'harbour', count: 12 },
	{ name: 'hardware', count: 7 },
	{ name: 'a-tag-that-is-about-as-long-as-it-can-be', count: 1 },
	{ name: 'später', count: 0 }
];

/** Earlier texts of the idea, the latest of them open. */
export const EARLIER = {
	entries: [
		{
			id: id(40),
			version: 6,
			title: IDEA.title,
			changedAt: AT,
			changedBy: { isYou: true, name: null }
		},
		{
			id: id(41),
			version: 5,
			title: 'Tide clock',
			changedAt: AT,
			changedBy: { isYou: false, name: 'Mara' }
		}
	],
	texts: [
		{ key: 'title', name: 'Title', text: 'Tide clock' },
		{ key: 'notes', name: 'Notes', text: 'Read the gauge every hour.\n\nDraw the next day.' }
	],
	present: [
		{ key: 'title', name: 'Title', text: IDEA.title },
		{
			key: 'notes',
			name: 'Notes',
			text: 'Read the gauge every ten minutes.\n\nDraw the next twelve hours.'
		}
	]
};
