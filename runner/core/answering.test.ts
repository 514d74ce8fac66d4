import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRunner, testShell, type RunnerSetup } from '#tests/support/runner';

let setup: RunnerSetup;
let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'coda-answers-'));
});
afterEach(async () => {
	await setup.stop();
	rmSync(folder, { recursive: true });
});

/** A terminal, and as many pages on it. */
async function pagesOn(count: number): Promise<BrowserEnd[]> {
	setup = await startRunner({ programFor: async () => testShell(folder) });
	const first = new BrowserEnd(setup.app);
	await first.attach();
	await first.prints('ready> ');
	const pages = [first];
	while (pages.length < count) {
		const page = new BrowserEnd(setup.app, first.sessionId);
		await page.attach();
		pages.push(page);
	}
	return pages;
}

test('of all pages on a terminal one answers, and another one when that one has left', async () => {
	const [one, other] = (await pagesOn(2)) as [BrowserEnd, BrowserEnd];
	const looking = new BrowserEnd(setup.app, one.sessionId);
	looking.role = 'viewer';
	await looking.attach();
	expect([one.answers, other.answers, looking.answers]).toEqual([{ from: 0 }, null, null]);

	const { offset } = one;
	one.cut();

	await other.until(() => other.answers !== null);
	expect(other.answers).toEqual({ from: offset });
	expect(looking.answers).toBeNull();
});

test('whoever types answers from then on, and what a page answers counts as nobody’s typing', async () => {
	const [one, other] = (await pagesOn(2)) as [BrowserEnd, BrowserEnd];

	other.type('echo "here $((1 + 1))"\r');
	await other.prints('here 2');

	const { from = 0 } = other.answers ?? {};
	expect(from).toBeGreaterThan(0);
	expect(one.answers).toEqual({ from: 0, to: from });
	one.type('\u001b[?1;2c');
	await one.until(() => one.given === 1);
	expect(other.answers).toEqual({ from });
});

test('a page that comes back on a new line goes on answering where it was', async () => {
	const [one, other] = (await pagesOn(2)) as [BrowserEnd, BrowserEnd];

	await one.attach(null);

	expect(one.answers).toEqual({ from: 0 });
	expect(other.answers).toBeNull();
});

test('where nobody is there that may type, the runner answers itself, and once', async () => {
	const [page] = (await pagesOn(1)) as [BrowserEnd];
	const [go, answered] = [join(folder, 'go'), join(folder, 'answered')];
	const looking = new BrowserEnd(setup.app, page.sessionId);
	looking.role = 'viewer';
	await looking.attach();
	const ask = `printf '\\033[c\\033[6n\\033P$qm\\033\\\\'; IFS= read -rsd R -t 10 answer`;
	page.type(
		`until [ -e go ]; do read -t 0.05; done; ${ask}; read -rs -t 0.3 -n 1 more; ` +
			`printf '%q' "$answer$more" > answered\r`
	);
	await page.until(() => page.given === 1);
	page.cut();
	await expect.poll(() => setup.runner.sessions.items[0]?.viewers).toBe(1);

	writeFileSync(go, '');

	const text = () => {
		try {
			return readFileSync(answered, 'utf8');
		} catch {
			return '';
		}
	};
	await expect.poll(text, { timeout: 15_000 }).toMatch(/^\$'\\E\[\?1;2c\\E\[\d+;\d+'$/);
});
