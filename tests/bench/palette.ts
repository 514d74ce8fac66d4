import type { Page } from '@playwright/test';
import pg from 'pg';
import type { App } from '../support/app-server.ts';
import { inBrowser } from './browser.ts';
import { seedIdeas, seedPeople } from './people.ts';
import type { Row } from './report.ts';

const TITLES = 5_000;
const MOST_MS = 16;
/** Typed letter by letter: a word of every title, a rare number, and what is nowhere. */
const TYPED = ['idea number', '4821', 'number 77', 'gyroscope', 'idae'];

interface Notes {
	codaKeys: number[];
}

/** How long a key takes in the palette of someone with 5,000 titles, until its lines are laid out. */
export async function benchPalette(app: App, browserPath: string | undefined): Promise<Row[]> {
	const cookie = await someoneWithTitles(app.databaseUrl);
	const times = await inBrowser({ app, browserPath, cookie }, async (page) => {
		await page.goto(`${app.origin}/trash`, { waitUntil: 'networkidle' });
		await page.keyboard.press('Control+k');
		await page.getByRole('option', { name: 'Idea number' }).first().waitFor();
		await page.evaluate(noteKeys);
		for (const text of TYPED) await type(page, text);
		return page.evaluate(() => (window as unknown as Notes).codaKeys);
	});
	const at = (share: number) =>
		times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.POSITIVE_INFINITY;
	return (['median', 'p95'] as const).map((name) => {
		const value = at(name === 'median' ? 0.5 : 0.95);
		return {
			name: `palette: a key at ${TITLES.toLocaleString('en')} titles, ${name} of ${times.length}`,
			value,
			unit: 'ms',
			limit: `≤${MOST_MS} ms`,
			ok: value <= MOST_MS
		};
	});
}

async function someoneWithTitles(databaseUrl: string): Promise<string> {
	const client = new pg.Client(databaseUrl);
	await client.connect();
	try {
		const [person] = await seedPeople(client, 1);
		await seedIdeas(client, [person?.userId ?? ''], TITLES);
		return person?.cookie ?? '';
	} finally {
		await client.end();
	}
}

async function type(page: Page, text: string): Promise<void> {
	const field = page.getByRole('combobox');
	await field.fill('');
	for (const letter of text) await page.keyboard.press(letter === ' ' ? 'Space' : letter);
}

/** Runs in the page: what passes from a letter in the field until its lines are there, and laid out. */
function noteKeys() {
	const notes = window as unknown as Notes;
	notes.codaKeys = [];
	addEventListener(
		'input',
		() => {
			const from = performance.now();
			const channel = new MessageChannel();
			channel.port1.onmessage = () => {
				void document.querySelector('[role="listbox"]')?.getBoundingClientRect();
				notes.codaKeys.push(performance.now() - from);
			};
			channel.port2.postMessage(null);
		},
		true
	);
}
