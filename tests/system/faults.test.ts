import { afterAll, beforeAll, expect, test } from 'vitest';
import { BrowserEnd } from '#tests/support/browser-end';
import { startHouse, type House } from '#tests/support/house';
import { keepAttached } from '#tests/support/keep-attached';
import { isLong } from '#tests/support/long';

/** How often a line is cut in the middle of a stream. */
const CUTS = isLong ? 50 : 5;
/** How long a line is away. */
const AWAY_MS = isLong ? 300_000 : 3_000;
/** A runner that is cut again and again waits longer each time. */
const LONG_TEST_MS = 900_000;

let house: House;
beforeAll(async () => {
	house = await startHouse();
});
afterAll(() => house.stop());

/** A tab with a terminal of its own, which echoes nothing. */
async function openTerminal(): Promise<BrowserEnd> {
	const tab = new BrowserEnd(house.ada);
	await keepAttached(tab, () => tab.text.includes('ready> '));
	tab.type('stty -echo; echo "qui""et"\r');
	await keepAttached(tab, () => tab.text.includes('quiet\r\nready> '));
	return tab;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
/** The numbered lines that a tab has got, in their order. */
const numbersIn = (tab: BrowserEnd) =>
	[...tab.text.matchAll(/n(\d+)\r$/gm)].map(([, n]) => Number(n));
/** Prints numbered lines, some of them in each hundredth of a second. */
const stream = (count: number, each: number) =>
	`i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "n$i"; [ $((i % ${each})) = 0 ] && sleep 0.01; done; echo "at the ""end"\r`;
const isAtTheEnd = (tab: BrowserEnd) => () => tab.text.includes('at the end\r\nready> ');

test(
	'of a line that is cut at any point, again and again, nothing is lost and nothing comes twice',
	async () => {
		const tab = await openTerminal();
		const count = CUTS * 2_000;
		tab.type(stream(count, 50));

		const done = keepAttached(tab, isAtTheEnd(tab));
		for (const _ of numbers(CUTS))
			await house.line.cutAfter(1 + Math.floor(Math.random() * 12_000));
		await done;

		expect(numbersIn(tab)).toEqual(numbers(count));
		expect(tab.snapshots).toEqual([]);
	},
	LONG_TEST_MS
);

test(
	'of what is printed while the line is away for long nothing is lost and nothing comes twice',
	async () => {
		const tab = await openTerminal();
		tab.type(stream(1_900, 19));
		const done = keepAttached(tab, isAtTheEnd(tab));
		await tab.until(() => numbersIn(tab).length > 100);

		await house.line.close();
		await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
		await house.line.open();

		expect(await done).toBe(1);
		expect(numbersIn(tab)).toEqual(numbers(1_900));
		expect(tab.snapshots).toEqual([]);
	},
	LONG_TEST_MS
);

test.each(['SIGKILL', 'SIGTERM'] as const)(
	'a relay that ends by %s in the middle of a stream, and its successor, lose nothing and repeat nothing',
	async (signal) => {
		const tab = await openTerminal();
		tab.type(stream(1_000, 5));
		const done = keepAttached(tab, isAtTheEnd(tab));
		await tab.until(() => numbersIn(tab).length > 100);

		// What is typed meanwhile counts once, too.
		const ended = house.relay.end(signal);
		for (const letter of 'echo "typ""ed"\r') tab.type(letter);
		await ended;
		await house.startRelay();

		expect(await done).toBeGreaterThan(0);
		expect(numbersIn(tab)).toEqual(numbers(1_000));
		await keepAttached(tab, () => /at the end\r\nready> typed\r\nready> $/.test(tab.text));
	}
);

test('a line on which nothing passes any more is given up by all, and the stream goes on', async () => {
	const tab = await openTerminal();
	tab.type(stream(1_000, 1));
	await tab.until(() => numbersIn(tab).length > 100);

	const before = house.runner.output().length;
	house.line.freeze();
	await house.runner.says(/Offline[^]*Online/, before);
	// What a page does by itself when it hears nothing for so long.
	tab.cut();
	await keepAttached(tab, isAtTheEnd(tab));

	expect(numbersIn(tab)).toEqual(numbers(1_000));
});

test('without the app terminals go on, and with it again new ones are opened', async () => {
	const tab = await openTerminal();
	await house.app.kill9();

	tab.type('echo "with""out"\r');
	await tab.prints('without');
	await expect(new BrowserEnd(house.ada).attach()).rejects.toThrow();

	await house.startAppAgain();
	const other = await openTerminal();
	expect(other.opened).toMatchObject({ resume: 'fresh' });
	await expect
		.poll(() => house.ada.api.runners.list.query(), { timeout: 60_000 })
		.toMatchObject([{ isOnline: true }]);
});

test('a runner that is killed is known to be gone, ends its terminals, and is back when it is started', async () => {
	const tab = await openTerminal();
	tab.type('echo "pid $$."\r');
	await tab.prints(/pid \d+\./);
	const shell = Number(/pid (\d+)\./.exec(tab.text)?.[1]);

	await house.runner.end('SIGKILL');
	await tab.until(() => tab.isCut);
	await expect.poll(() => house.ada.api.runners.list.query()).toMatchObject([{ isOnline: false }]);
	await expect.poll(() => isRunning(shell), { timeout: 10_000 }).toBe(false);
	await house.startRunner();

	tab.cut();
	await tab.attach(null);
	expect(tab.closed).toMatchObject({ kind: 'refused', code: 'NOT_FOUND' });
	await openTerminal();
});

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
