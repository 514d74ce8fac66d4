import type { Page } from '@playwright/test';
import pg from 'pg';
import type { App } from '../support/app-server.ts';
import { inBrowser } from './browser.ts';
import { seedIdeas, seedPeople } from './people.ts';
import type { Row } from './report.ts';

const IDEAS = 1_000;
const SLOWER = 4;
const ROUNDS = 30;
/** Nobody writes the next idea in less. */
const THINKING_MS = 700;
/** Quicker than one reads a line. */
const BETWEEN_KEYS_MS = 150;

/** What the page writes down while it is used. */
interface Notes {
	coda: { focused: number[]; painted: number[]; events: number[] };
}

/** How long a person with a thousand ideas on a slow computer waits for what they do. */
export async function benchBoardInBrowser(
	app: App,
	browserPath: string | undefined
): Promise<Row[]> {
	const cookie = await signedInCookie(app.databaseUrl);
	return inBrowser({ app, browserPath, cookie }, async (page, context) => {
		await page.goto(`${app.origin}/ideas`, { waitUntil: 'networkidle' });
		await loadAll(page);
		const devtools = await context.newCDPSession(page);
		await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
		await page.evaluate(takeNotes);
		await capture(page);
		const { focused, painted } = await notesOf(page);
		await actOnRows(page);
		const { events } = await notesOf(page);
		return rowsOf({ focused, painted, events }, await page.evaluate(bareLines, ROUNDS));
	});
}

async function signedInCookie(databaseUrl: string): Promise<string> {
	const client = new pg.Client(databaseUrl);
	await client.connect();
	try {
		const [person] = await seedPeople(client, 1);
		await seedIdeas(client, [person?.userId ?? ''], IDEAS);
		return person?.cookie ?? '';
	} finally {
		await client.end();
	}
}

/** Scrolls until nothing more is to be loaded. */
async function loadAll(page: Page): Promise<void> {
	const more = page.getByText(/^(Show more|Loading more ideas)$/);
	while ((await more.count()) > 0) {
		await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
		await page.waitForTimeout(50);
	}
}

/** Runs in the page: notes when what a key does is on the screen, counted from the key itself. */
function takeNotes() {
	const notes: Notes['coda'] = { focused: [], painted: [], events: [] };
	(window as unknown as Notes).coda = notes;
	let pressedAt = 0;
	const afterPaint = (note: (at: number) => void) =>
		requestAnimationFrame(() => {
			const channel = new MessageChannel();
			channel.port1.onmessage = () => note(performance.now());
			channel.port2.postMessage(null);
		});
	addEventListener('keydown', (event) => (pressedAt = event.timeStamp), true);
	addEventListener('focusin', ({ target }) => {
		if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) {
			const from = pressedAt;
			afterPaint((at) => notes.focused.push(at - from));
		}
	});
	new MutationObserver((records) => {
		const hasRow = records.some(({ addedNodes }) =>
			[...addedNodes].some((node) => node instanceof HTMLElement && node.matches('[data-row]'))
		);
		const from = pressedAt;
		if (hasRow) afterPaint((at) => notes.painted.push(at - from));
	}).observe(document.body, { childList: true, subtree: true });
	new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) {
			if (/^(keydown|click|pointerup)$/.test(entry.name)) notes.events.push(entry.duration);
		}
	}).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit);
}

/** Runs in the page: how long a line takes that a script only puts there. No program paints it sooner. */
async function bareLines(rounds: number): Promise<number[]> {
	const times: number[] = [];
	const list = document.querySelector('[data-row]')?.parentElement;
	for (let round = 0; round < rounds; round += 1) {
		await new Promise((resolve) => setTimeout(resolve, 100));
		const line = document.createElement('div');
		line.textContent = `A bare line ${round}`;
		const startedAt = performance.now();
		list?.prepend(line);
		await new Promise<void>((resolve) =>
			requestAnimationFrame(() => {
				const channel = new MessageChannel();
				channel.port1.onmessage = () => resolve();
				channel.port2.postMessage(null);
			})
		);
		times.push(performance.now() - startedAt);
		line.remove();
	}
	return times;
}

const notesOf = (page: Page): Promise<Notes['coda']> =>
	page.evaluate(() => (window as unknown as Notes).coda);

async function capture(page: Page): Promise<void> {
	for (let round = 0; round < ROUNDS; round += 1) {
		await page.locator('#main').focus();
		await page.keyboard.press('c');
		await page.waitForFunction(() => document.activeElement?.matches('input, textarea'));
		// With a star it stands at the top, where it is seen.
		await page.keyboard.insertText(`Measured ${round} *`);
		await page.waitForTimeout(THINKING_MS);
		await page.keyboard.press('Enter');
		await page.waitForFunction(
			(count) => (window as unknown as Notes).coda.painted.length >= count,
			round + 1
		);
		await page.keyboard.press('Escape');
		await page.waitForTimeout(THINKING_MS);
	}
}

async function actOnRows(page: Page): Promise<void> {
	await page.evaluate(() => window.scrollTo(0, 0));
	await page.locator('[data-open]').first().focus();
	for (let round = 0; round < ROUNDS; round += 1) {
		for (const key of ['j', 'k', 'j', 's']) {
			await page.keyboard.press(key);
			await page.waitForTimeout(BETWEEN_KEYS_MS);
		}
		await page.locator('button[data-star]').nth(round).click();
		await page.waitForTimeout(THINKING_MS);
	}
}

function rowsOf({ focused, painted, events }: Notes['coda'], bare: number[]): Row[] {
	const at = (times: number[], share: number) =>
		times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.POSITIVE_INFINITY;
	const floor = at(bare, 0.5);
	const row = (name: string, value: number, most: number): Row => ({
		name,
		value,
		unit: 'ms',
		limit: `≤${most} ms`,
		peers: { 'a bare line ms': floor, '×': value / floor },
		ok: value <= most
	});
	return [
		row('key → composer focused and painted, median', at(focused, 0.5), 50),
		row('key → composer focused and painted, p95', at(focused, 0.95), 100),
		row('Enter → idea painted, median', at(painted, 0.5), 50),
		row('Enter → idea painted, p95', at(painted, 0.95), 100),
		row(`any key or click, event timing, p95 of ${events.length}`, at(events, 0.95), 100)
	];
}
