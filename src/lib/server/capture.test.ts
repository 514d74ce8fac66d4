import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPerson } from '#tests/support/factories';
import { setEnvironment } from '#tests/support/environment';
import { isLong } from '#tests/support/long';
import {
	captureException,
	ErrorCollector,
	flushErrors,
	startErrorCollector,
	takeReported
} from './capture';
import { db } from './db';
import { defer, drainDeferred } from './defer';
import { withRequestContext } from './request-context';
import { writeErrors, type ErrorEvent, type ErrorsOfAGroup } from './services/error-groups';

setEnvironment({ LOG_LEVEL: 'error' });

/** The clock of a collector whose test says when it writes. */
const whenAsked = () => undefined;

/** A database that is away, as its driver says it. */
const away = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));

const groups = () =>
	db.errorGroup.findMany({ orderBy: { firstAt: 'asc' }, include: { events: true, hours: true } });

const event = (message: string): ErrorEvent => ({
	at: new Date(),
	source: 'app',
	kind: 'Error',
	message,
	stack: '',
	release: 'abc',
	route: null,
	requestId: null,
	userId: null,
	tags: {},
	breadcrumbs: []
});

/** Fails as a function of ours does. */
function breakDown(message: string): never {
	throw new RangeError(message);
}

/** Words for a number, because numbers do not tell errors apart. */
const inLetters = (n: number) =>
	[...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

beforeEach(async () => {
	await db.errorGroup.deleteMany();
	startErrorCollector();
});

afterEach(() => vi.restoreAllMocks());

describe('captureException', () => {
	test('makes one group of what is thrown twice, with its request and its tags', async () => {
		const { userId } = await createPerson();
		for (const n of [1, 2]) {
			withRequestContext({ requestId: `request-${n}`, route: '/(app)/ideas', userId }, () => {
				try {
					breakDown(`There is no idea ${n}`);
				} catch (error) {
					captureException(error, { tags: { feature: 'import', action: 'confirm' } });
				}
			});
		}
		await flushErrors();

		const [group, ...others] = await groups();
		expect(others).toEqual([]);
		expect(group).toMatchObject({
			count: 2n,
			kind: 'RangeError',
			message: 'There is no idea 2',
			source: 'app',
			firstRelease: 'development',
			resolvedAt: null
		});
		expect(group?.culprit).toContain('breakDown in src/lib/server/capture.test.ts');
		expect(group?.hours).toMatchObject([{ count: 2 }]);
		expect(group?.events).toHaveLength(2);
		expect(group?.events).toContainEqual(
			expect.objectContaining({
				requestId: 'request-1',
				route: '/(app)/ideas',
				userId,
				tags: { feature: 'import', action: 'confirm' },
				stack: expect.stringContaining('breakDown')
			})
		);
		expect(await db.errorPerson.count()).toBe(1);
	});

	test('counts an error once that is captured on its way and again at the edge', async () => {
		const error = new Error('Once');
		captureException(error, { tags: { feature: 'import' } });
		captureException(error);
		await flushErrors();

		expect(await groups()).toMatchObject([{ count: 1n }]);
	});

	test('keeps no address of a person and no secret, wherever they stand', async () => {
		const secret =
			'Ada@Coda.example, postgres://u:hunter2@db, eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9';
		const error = new Error(secret, { cause: new Error(`because of ${secret}`) });
		captureException(error, { tags: { [secret]: secret } });
		takeReported(
			{
				...{ kind: secret, message: secret, stack: secret, route: secret, release: secret },
				breadcrumbs: [{ atMs: 1, kind: 'call', path: `/a/${secret}`, status: 500 }]
			},
			'browser'
		);
		await flushErrors();

		const kept = JSON.stringify(await groups(), (_, value: unknown) =>
			typeof value === 'bigint' ? Number(value) : value
		);
		expect(kept).toContain('Caused by');
		for (const part of ['Ada@', 'Coda.example', 'hunter2', 'eyJhbG']) {
			expect(kept).not.toContain(part);
		}
	});

	test('takes whatever is thrown', async () => {
		const hostile = new Error('a\u0000b\ud800'.repeat(200_000));
		hostile.stack = `at ${'\u0000('.repeat(100_000)}`;
		const cycle: Record<string, unknown> = {};
		cycle.self = cycle;
		for (const thrown of [hostile, 'text', undefined, null, 7, cycle, Symbol('s')]) {
			captureException(thrown);
		}
		captureException(Object.create(null));
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		await flushErrors();

		expect((await groups()).length).toBeGreaterThanOrEqual(4);
		expect(said).not.toHaveBeenCalled();
	});

	test('cuts no character in half, wherever a text ends', async () => {
		const wide = `${'k'.repeat(79)}😀`;
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		for (const chars of [63, 79, 99, 299, 999]) {
			const text = `${'x'.repeat(chars)}😀`;
			takeReported(
				{
					...{ kind: wide, message: text, stack: text, route: text, release: text },
					breadcrumbs: [{ atMs: 1, kind: 'page', path: text, status: 200 }]
				},
				'browser'
			);
		}
		await flushErrors();

		expect(said).not.toHaveBeenCalled();
		const kept = await groups();
		expect(kept.reduce((sum, { count }) => sum + count, 0n)).toBe(5n);
		expect(kept[0]?.kind.isWellFormed()).toBe(true);
	});

	test('hears of deferred work that failed', async () => {
		vi.spyOn(console, 'error').mockImplementation(() => undefined);
		defer('weigh', () => Promise.reject(new TypeError('Too heavy')));
		await drainDeferred();
		await flushErrors();

		expect(await groups()).toMatchObject([
			{ kind: 'TypeError', events: [{ tags: { work: 'weigh' } }] }
		]);
	});
});

describe('ErrorCollector', () => {
	test('a thousand errors of one kind are one row, and three of them are kept', async () => {
		const writes: number[] = [];
		const collector = new ErrorCollector((gathered) => {
			writes.push(gathered.length);
			return writeErrors(gathered);
		}, whenAsked);
		for (let n = 0; n < 1_000; n += 1) collector.add(event(`Number ${n}`));

		await collector.flush();

		expect(writes).toEqual([1]);
		const [group] = await groups();
		expect(group).toMatchObject({ count: 1_000n });
		expect(group?.events).toHaveLength(3);
	});

	test('many kinds at once become one group', async () => {
		const collector = new ErrorCollector(writeErrors, whenAsked);
		for (let n = 0; n < 5_000; n += 1) collector.add(event(`Odd ${inLetters(n)}`));

		await collector.flush();

		const all = await groups();
		expect(all.length).toBe(101);
		const overflow = all.find(({ fingerprint }) => fingerprint === 'overflow');
		expect(overflow?.count).toBe(4_900n);
		expect(all.reduce((sum, { count }) => sum + count, 0n)).toBe(5_000n);
		const hours = all.flatMap((group) => group.hours);
		expect(hours.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
	});

	test('a million distinct messages cost no more memory than a few, and some are kept whole', async () => {
		const [errors, batches] = [isLong ? 1_000_000 : 100_000, [] as ErrorsOfAGroup[][]];
		const collector = new ErrorCollector(async (gathered) => {
			batches.push(gathered);
			await writeErrors(gathered);
		}, whenAsked);
		for (let n = 0; n < errors; n += 1) collector.add(event(`Odd ${inLetters(n)}`));

		await collector.flush();

		const [held = []] = batches;
		expect(held).toHaveLength(201);
		expect(held.flatMap(({ events }) => events)).toHaveLength(203);
		expect(JSON.stringify(held).length).toBeLessThan(200_000);
		expect((await groups()).reduce((sum, { count }) => sum + Number(count), 0)).toBe(errors);
	}, 60_000);

	test('an error whose parts throw when they are read changes nothing for whoever threw it', async () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		const trap = () => {
			throw new Error('Trap');
		};
		const hostile = Object.defineProperty(new Error('Hostile'), 'message', { get: trap });
		const proxy = new Proxy(new Error('Hostile'), { get: trap });

		for (const thrown of [hostile, proxy, { toString: trap }]) captureException(thrown);
		captureException(new Error('Afterwards'));
		await flushErrors();

		expect(await groups()).toMatchObject([{ message: 'Afterwards' }]);
		expect(said).toHaveBeenCalledTimes(3);
	});

	test('what came while the database was away is counted when it is back', async () => {
		let isAway = true;
		const collector = new ErrorCollector(
			(gathered) => (isAway ? away() : writeErrors(gathered)),
			whenAsked
		);
		collector.add(event('Lost'));
		await collector.flush();
		collector.add(event('Lost'));
		isAway = false;

		await collector.flush();

		expect(await groups()).toMatchObject([{ count: 2n, events: [{}, {}] }]);
	});

	test('writes what comes while it writes, before it is done', async () => {
		const collector = new ErrorCollector(async (gathered) => {
			await writeErrors(gathered);
			if (gathered[0]?.message === 'First') collector.add(event('Second'));
		}, whenAsked);
		collector.add(event('First'));

		await collector.flush();

		expect(await groups()).toHaveLength(2);
	});

	test('what finds no place after the database was away is counted all the same', async () => {
		let isAway = true;
		let comes = () => undefined as void;
		const collector = new ErrorCollector((gathered) => {
			comes();
			return isAway ? away() : writeErrors(gathered);
		}, whenAsked);
		for (let n = 0; n < 150; n += 1) collector.add(event(`Before ${inLetters(n)}`));
		comes = () => {
			for (let n = 0; n < 150; n += 1) collector.add(event(`Meanwhile ${inLetters(n)}`));
			comes = () => undefined;
		};
		await collector.flush();
		isAway = false;

		await collector.flush();

		expect((await groups()).reduce((sum, { count }) => sum + count, 0n)).toBe(300n);
	});

	test('one that the database refuses loses only itself', async () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		const collector = new ErrorCollector(writeErrors, whenAsked);
		collector.add(event('Fine'));
		collector.add({ ...event('Refused'), kind: 'Halved\ud83d' });
		collector.add(event('Fine as well'));

		await collector.flush();

		expect((await groups()).map(({ message }) => message)).toEqual(['Fine', 'Fine as well']);
		expect(said).toHaveBeenCalledTimes(1);
	});

	test('an error of its own goes to stderr and nowhere else', async () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		const collector = new ErrorCollector(() => Promise.reject(new Error('Mine')), whenAsked);
		collector.add(event('Theirs'));

		await collector.flush();
		await flushErrors();

		expect(said).toHaveBeenCalledTimes(1);
		expect(await groups()).toEqual([]);
	});
});
