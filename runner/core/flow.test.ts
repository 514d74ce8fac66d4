import { createHash, randomInt } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FRAME } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { BrowserEnd } from '#tests/support/browser-end';
import { RUNNER_LIMITS } from './limits.ts';
import { startRunner, type RunnerSetup } from '#tests/support/runner';

let setup: RunnerSetup;
beforeEach(async () => {
	setup = await startRunner();
});
afterEach(() => setup.stop());

/** Opens a terminal that echoes nothing and prints no prompt. */
async function quietTerminal(): Promise<BrowserEnd> {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	browser.type('stty -echo; PS1=; echo quiet\r');
	await browser.prints(/[\r\n]quiet\r\n/);
	return browser;
}

test('megabytes arrive as they were printed, byte for byte', async () => {
	const browser = await quietTerminal();
	const before = browser.length;
	const program = `for (let n = 0; n < 20; n++) process.stdout.write(Buffer.alloc(200000, String.fromCharCode(97 + n)))`;

	browser.type(`stty -opost; ${process.execPath} -e '${program}'; echo end of it\r`);
	await browser.prints(/end of it/);

	const printed = Buffer.from(browser.output.subarray(before)).toString('latin1');
	const expected = Array.from({ length: 20 }, (_, n) =>
		String.fromCharCode(97 + n).repeat(200_000)
	);
	const hash = (text: string) => createHash('sha256').update(text).digest('hex');
	const begin = printed.indexOf('a'.repeat(100));
	expect(hash(printed.slice(begin, begin + 4_000_000))).toBe(hash(expected.join('')));
});

test('floods side by side, drawn now and then, arrive each as it was printed', async () => {
	const lines = 50_000;
	const printer = (seed: string) =>
		`let last = Buffer.from("${seed}"); for (let n = 0; n < ${lines}; n++) { last = require("crypto").createHash("sha256").update(last).digest(); process.stdout.write(last.toString("hex") + "\\n") }`;
	const printed = (seed: string) => {
		let last = Buffer.from(seed);
		return Array.from({ length: lines }, () => {
			last = createHash('sha256').update(last).digest();
			return `${last.toString('hex')}\n`;
		}).join('');
	};
	const floods = await Promise.all(
		['one', 'other'].map(async (seed) => {
			const browser = await quietTerminal();
			browser.type(`stty -opost; ${process.execPath} -e '${printer(seed)}'; echo end of it\r`);
			return { browser, before: browser.length, expected: printed(seed) };
		})
	);

	await Promise.all(
		floods.map(({ browser, before, expected }) =>
			drawnNowAndThen(browser, before + expected.length)
		)
	);

	for (const { browser, expected } of floods) {
		browser.acknowledges = true;
		browser.say({ type: FRAME.ACK, offset: browser.offset });
		await browser.prints('end of it');
		const begin = browser.output.indexOf(expected.slice(0, 65));
		const output = browser.output.subarray(begin, begin + expected.length);
		expect(Buffer.compare(output, Buffer.from(expected))).toBe(0);
	}
});

/** Takes output up to a length, in stretches of which it acknowledges every other. */
async function drawnNowAndThen(browser: BrowserEnd, length: number): Promise<void> {
	while (browser.length < length) {
		browser.acknowledges = !browser.acknowledges;
		if (browser.acknowledges) browser.say({ type: FRAME.ACK, offset: browser.offset });
		const next = Math.min(length, browser.length + randomInt(WIRE.windowBytes / 2));
		await browser.until(() => browser.length >= next);
	}
}

test('no more is sent than the window, the program waits, and goes on when it is drawn', async () => {
	const browser = await quietTerminal();
	browser.acknowledges = false;
	const before = browser.length;

	browser.type('yes | head -c 3000000; echo end of it\r');
	await browser.until(() => browser.length - before >= WIRE.windowBytes - 1_000);
	const { ring } = sessionOf(browser);
	await expect.poll(() => ring.end).toBeGreaterThan(2 * WIRE.windowBytes);

	expect(browser.length - before).toBeLessThanOrEqual(WIRE.windowBytes);
	expect(ring.end).toBeLessThan(3 * WIRE.windowBytes);
	browser.acknowledges = true;
	browser.say({ type: FRAME.ACK, offset: browser.offset });
	await browser.prints('end of it');
});

test('^C ends a flood at once, also when little of it was drawn', async () => {
	const browser = await quietTerminal();
	browser.acknowledges = false;
	browser.type('yes\r');
	await browser.until(() => browser.length >= WIRE.windowBytes);

	browser.type('\x03');
	await browser.until(() => browser.given === 3);
	browser.acknowledges = true;
	browser.say({ type: FRAME.ACK, offset: browser.offset });
	browser.type('echo stopped\r');

	await browser.prints('stopped');
	expect(sessionOf(browser).ring.end).toBeLessThan(4 * WIRE.windowBytes);
});

test('with nobody there a program runs on, and whoever comes later gets the screen', async () => {
	const browser = await quietTerminal();
	browser.type('read -t 0.3; yes | head -c 9000000; echo; echo end of it\r');
	await browser.until(() => browser.given === 2);
	browser.cut();
	await expect
		.poll(() => sessionOf(browser).ring.end, { timeout: 20_000 })
		.toBeGreaterThan(13_500_000);

	await browser.attach(null);
	await browser.until(() => browser.snapshots.length === 1);

	expect(browser.opened?.resume).toBe('snapshot');
	expect(browser.snapshots[0]).toContain('end of it');
	browser.type('echo further\r');
	await browser.prints('further');
});

test('a flood in one terminal does not hold up a key in another', async () => {
	const [flood, other] = [await quietTerminal(), await quietTerminal()];
	flood.type('yes\r');
	await flood.until(() => flood.length > 1_000_000);

	const before = flood.length;
	other.type('echo here\r');
	await other.prints(/[\r\n]here\r\n/);

	expect(flood.length - before).toBeLessThan(4 * WIRE.windowBytes);
	flood.type('\x03');
});

test('a paste into a program that reads nothing holds up nobody', async () => {
	const [stuck, other] = [await quietTerminal(), await quietTerminal()];
	stuck.type('stty raw; exec sleep 1000\r');
	await stuck.until(() => stuck.given === 2);

	for (let part = 0; part < 20; part++) stuck.type(new Uint8Array(WIRE.inputBytes).fill(120));
	other.type('echo here\r');
	await other.prints(/[\r\n]here\r\n/);

	expect(stuck.given).toBeLessThan(22);
});

test('whoever types without end into a program that reads nothing is let go', async () => {
	const [stuck, other] = [await quietTerminal(), await quietTerminal()];
	stuck.type('stty raw; exec sleep 1000\r');
	await stuck.until(() => stuck.given === 2);

	for (let part = 0; part < 1.2 * RUNNER_LIMITS.inputsWaiting; part++) {
		stuck.type(new Uint8Array(1_024).fill(120));
	}

	expect(await stuck.end?.closed).toEqual({ code: 4499, reason: 'let-go' });
	other.type('echo here\r');
	await other.prints(/[\r\n]here\r\n/);
});

const sessionOf = (browser: BrowserEnd) => setup.runner.sessions.get(browser.sessionId);
