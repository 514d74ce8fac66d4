import { FileImport, type Known } from '$lib/state/file-import.svelte';

const AT = new Date('2026-11-24T09:00:00Z');

type Open = NonNullable<Known['open']>;

const importOf = (more: Partial<Open>): Open => ({
	id: '01a20000-0000-7000-8000-000000000070',
	name: 'ideas-2026-11-24.json',
	format: 'json',
	bytes: 48_213,
	state: 'ready',
	problems: [],
	remarks: [],
	progress: 0,
	total: 0,
	result: null,
	createdAt: AT,
	updatedAt: AT,
	isUnderWay: false,
	...more
});

const none = { open: null, last: null };
const LAST = importOf({ state: 'done', result: { created: 212, changed: 3 } });

const REFUSED = importOf({
	name: 'ideas.json',
	state: 'refused',
	problems: [
		{ path: 'ideas[3].features[0].title', message: 'At most 255 characters.' },
		{ path: 'ideas[7].idea.linkUrl', message: 'The link must begin with http:// or https://.' },
		{ path: '', message: 'The file says 12, but it holds 11.' }
	]
});

const READY = importOf({
	name: 'board.csv',
	format: 'csv',
	remarks: [
		{ path: 'line 1', message: 'These columns are left out: “Due Date”, “Members”.' },
		{
			path: 'line 4 and 11 other places',
			message: 'Only features can be done. Ideas that are done come into the archive.'
		}
	]
});

const COUNTS = {
	conflict: { ideas: 1, features: 1 },
	changed: { ideas: 2, features: 0 },
	new: { ideas: 31, features: 118 },
	unchanged: { ideas: 4, features: 9 }
};

const CONFLICTS = [
	{
		ideaIndex: 2,
		featureIndex: -1,
		path: 'ideas[2].idea',
		title: 'Tide clock for the harbour office',
		inIdea: null,
		choice: 'update',
		changes: [
			{
				field: 'notes',
				from: 'Read the gauge every ten minutes.',
				to: 'Read the gauge every minute.'
			},
			{ field: 'tags', from: '', to: 'harbour, hardware' }
		]
	},
	{
		ideaIndex: 5,
		featureIndex: 0,
		path: 'ideas[5].features[0]',
		title: 'Cast the bell',
		inIdea: 'A bell for the pier',
		choice: 'skip',
		changes: [{ field: 'linkUrl', from: 'https://example.com/bell', to: '' }]
	}
];

/** The steps of an import, each as it stands in one moment. */
const STEPS: Record<string, () => FileImport> = {
	import: () => new FileImport(none),
	'import-before': () => new FileImport({ open: null, last: LAST }),
	'import-broken-off': () => new FileImport({ open: importOf({ state: 'receiving' }), last: null }),
	'import-reading': () =>
		new FileImport({
			open: importOf({ state: 'receiving', isUnderWay: true, progress: 4_200, total: 10_000 }),
			last: null
		}),
	'import-waiting': () => {
		const work = new FileImport({
			open: importOf({ isUnderWay: true, progress: 7_300, total: 10_000 }),
			last: null
		});
		work.isWaiting = true;
		return work;
	},
	'import-refused': () =>
		new FileImport({
			open: REFUSED,
			last: null,
			preview: { import: REFUSED, counts: {}, over: 0, demoted: 0 }
		}),
	'import-preview': () =>
		new FileImport({
			open: READY,
			last: null,
			preview: { import: READY, counts: COUNTS, over: 0, demoted: 2 }
		}),
	'import-without-room': () =>
		new FileImport({
			open: READY,
			last: null,
			preview: { import: READY, counts: { new: COUNTS.new }, over: 14, demoted: 0 }
		}),
	'import-done': () => {
		const work = new FileImport(none);
		work.done = { created: 149, changed: 2 };
		return work;
	}
};

/** An import in one of its steps, with what a server might say of it. */
export function importIn(step: string): FileImport {
	const work = STEPS[step]?.() ?? new FileImport(none);
	work.list = (verdict) =>
		Promise.resolve({ items: verdict === 'conflict' ? CONFLICTS : [], next: undefined });
	return work;
}
