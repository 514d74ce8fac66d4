import { describe, expect, test } from 'vitest';
import {
	attentionIn,
	bytesInWords,
	changeInWords,
	durationInWords,
	growthInAWeek,
	isReadWhole,
	isTooEarly,
	isUntidy,
	lastingInWords,
	nameOf,
	percentInWords,
	processesThatFit,
	remarkOn,
	type Busy,
	type Connections,
	type Figures,
	type Index,
	type Table
} from './words';

test.each([
	[0, '0 B'],
	[812, '812 B'],
	[8_192, '8 kB'],
	[4_404_019, '4.2 MB'],
	[12 * 1024 ** 3, '12 GB'],
	[2_000 * 1024 ** 4, '2,000 TB']
])('%d bytes are %s', (bytes, words) => {
	expect(bytesInWords(bytes)).toBe(words);
});

test('a change has its sign', () => {
	expect(changeInWords(8_192)).toBe('+8 kB');
	expect(changeInWords(-8_192)).toBe('−8 kB');
	expect(changeInWords(0)).toBe('no change');
});

test('times are as exact as they are worth', () => {
	expect([0.04, 9.94, 45.2, 1_300, 120_000].map(durationInWords)).toEqual([
		'0.0 ms',
		'9.9 ms',
		'45 ms',
		'1.3 s',
		'2 min'
	]);
	expect([6.9, 61, 7_300].map(lastingInWords)).toEqual(['6 s', '1 min', '2 h']);
});

test('nearly all is not all', () => {
	expect([0, 0.5, 0.9999, 1].map(percentInWords)).toEqual(['0 %', '50 %', '99.9 %', '100 %']);
});

test('only another schema than the usual one is named', () => {
	expect(nameOf({ schema: 'public', name: 'ideas' })).toBe('ideas');
	expect(nameOf({ schema: 'Other', name: 'ideas' })).toBe('Other.ideas');
});

const connections: Connections = {
	...{ groups: [], taken: 10, available: 100, reserved: 3, ownLimit: null, seesOthers: true }
};
const pool = { perProcess: 10, isPooled: false };

test('so many processes fit as can have all their connections', () => {
	expect(processesThatFit(connections, pool)).toBe(9);
	expect(processesThatFit({ ...connections, ownLimit: 25 }, pool)).toBe(2);
	expect(processesThatFit({ ...connections, available: 5 }, pool)).toBe(0);
});

describe('growth', () => {
	const now = new Date('2026-11-26T12:00:00Z');
	const grown = (...days: [string, number][]) =>
		growthInAWeek(
			{ days: days.map(([day, bytes]) => ({ day, bytes })), tablesBefore: {} },
			100,
			now
		);

	test('is since a week ago, or since the first day after that', () => {
		expect(grown(['2026-11-01', 1], ['2026-11-19', 40], ['2026-11-25', 90])).toEqual({
			...{ bytes: 60, days: 7 }
		});
		expect(grown(['2026-11-24', 130])).toEqual({ bytes: -30, days: 2 });
	});

	test('is not known on the first day', () => {
		expect(grown()).toBeUndefined();
		expect(grown(['2026-11-26', 100])).toBeUndefined();
		expect(grown(['2026-11-01', 100])).toBeUndefined();
	});
});

const table = (given: Partial<Table>): Table => ({
	...{ schema: 'public', name: 'ideas', rows: 20_000, deadRows: 0 },
	...{ totalBytes: 1, heapBytes: 1, indexBytes: 0, toastBytes: 0 },
	...{ vacuumedAt: null, analysedAt: null, ageTransactions: 1 },
	...{ fullReads: 0, fullReadRows: 0, indexReads: 0 },
	...given
});

test('a table is read as a whole too often when it is large and indexes are rarely used', () => {
	const often = { fullReads: 100, fullReadRows: 2_000_000 };

	expect(isReadWhole(table(often))).toBe(true);
	expect(isReadWhole(table({ ...often, indexReads: 5_000 }))).toBe(false);
	expect(isReadWhole(table({ ...often, rows: 500 }))).toBe(false);
	// A few rows and then no more, as with a limit.
	expect(isReadWhole(table({ ...often, fullReadRows: 1_000 }))).toBe(false);
});

test('a table is untidy when a fifth of many rows is dead', () => {
	expect(isUntidy(table({ deadRows: 12_000 }))).toBe(true);
	expect(isUntidy(table({ deadRows: 900, rows: 100 }))).toBe(false);
	expect(isUntidy(table({ deadRows: 12_000, rows: 1_000_000 }))).toBe(false);
});

test('an index has one remark, the gravest', () => {
	const index: Index = {
		...{ schema: 'public', table: 'ideas', name: 'i', scans: 0, rowsRead: 0, bytes: 5_000_000 },
		...{ isUnique: false, isInvalid: false, coveredBy: null }
	};

	expect(remarkOn(index)).toEqual({ tone: 'warning', label: 'Never read' });
	expect(remarkOn({ ...index, bytes: 8_192 })).toEqual({ tone: 'quiet', label: 'Never read' });
	expect(remarkOn({ ...index, isUnique: true })?.tone).toBe('quiet');
	expect(remarkOn({ ...index, scans: 3 })).toBeUndefined();
	expect(remarkOn({ ...index, scans: 3, coveredBy: 'j' })?.label).toBe('As good: j');
	expect(remarkOn({ ...index, coveredBy: 'j', isInvalid: true })?.tone).toBe('danger');
});

test('figures of less than a week are early, also where nothing was reset', () => {
	const now = new Date('2026-11-26T12:00:00Z');
	const figures = (statsSince: string | null, startedAt: string) =>
		({ statsSince: statsSince && new Date(statsSince), startedAt: new Date(startedAt) }) as Figures;

	expect(isTooEarly(figures('2026-11-20', '2026-01-01'), now)).toBe(true);
	expect(isTooEarly(figures('2026-11-01', '2026-11-25'), now)).toBe(false);
	expect(isTooEarly(figures(null, '2026-11-25'), now)).toBe(true);
});

describe('attention', () => {
	const texts = (given: Partial<Connections>, busy: Partial<Busy>[] = [], ageTransactions = 1) =>
		attentionIn({
			activity: { connections: { ...connections, ...given }, pool, busy: busy as Busy[] },
			storage: { figures: { ageTransactions } as Figures } as never
		});

	test('is asked for by nothing while all is well', () => {
		expect(texts({})).toEqual([]);
	});

	test('counts connections against those that the program may have', () => {
		expect(texts({ taken: 77 })).toEqual([]);
		expect(texts({ taken: 78 })).toMatchObject([{ tone: 'danger' }]);
		expect(texts({ ownLimit: 12 })).toMatchObject([{ tone: 'danger' }]);
	});

	test('is asked for by whoever waits, and by old transactions', () => {
		expect(texts({}, [{ blockedBy: [] }, { blockedBy: [7] }])).toMatchObject([
			{ text: expect.stringContaining('1 connection waits') }
		]);
		expect(texts({}, [], 1_200_000_000)).toMatchObject([{ tone: 'danger' }]);
	});
});
