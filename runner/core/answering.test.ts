import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRunner, testShell, type RunnerSetup } from '#tests/support/runner';
import { Answering } from './answering.ts';
import { RUNNER_LIMITS } from './limits.ts';

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

const text = (name: string) => {
	try {
		return readFileSync(join(folder, name), 'utf8');
	} catch {
		return '';
	}
};
/** Asks the terminal what it is, and keeps all that is answered within a while. */
const asks = () =>
	`printf 'asked\\033[c'; IFS= read -rsd c -t 5 answer; ` +
	`while IFS= read -rs -t 0.5 -n 1 next; do more="$more$next"; done; ` +
	`printf '%q' "$answer$more" > answered\r`;
const answered = () => expect.poll(() => text('answered'), { timeout: 15_000 });

test('what a page was to answer, and has not when it leaves, the runner answers', async () => {
	const [page] = (await pagesOn(1)) as [BrowserEnd];
	const [session] = setup.runner.sessions.running;
	page.acknowledges = false;
	page.type(asks());
	await page.prints('asked\u001b');
	// The screen that nobody sees has come that far, too.
	await session?.snapshot();

	page.cut();

	await answered().toBe("$'\\E[?1;2'");
});

test.each(['before', 'after'])(
	'what a page has answered is answered once, where it leaves without a word %s the runner has drawn it',
	async (when) => {
		const [page] = (await pagesOn(1)) as [BrowserEnd];
		const [session] = setup.runner.sessions.running;
		page.acknowledges = false;
		page.type(asks());
		await page.prints('asked\u001b');
		if (when === 'after') await session?.snapshot();

		page.type('\u001b[?1;2c');
		await page.until(() => page.given === 2);
		page.cut();

		await answered().toBe("$'\\E[?1;2'");
	}
);

test('of two pages the other one answers for what is printed from now on, and the runner for what is left', async () => {
	const [one, other] = (await pagesOn(2)) as [BrowserEnd, BrowserEnd];
	one.acknowledges = false;
	one.type(asks());
	await other.prints('asked\u001b');

	one.cut();

	await other.until(() => other.answers !== null);
	expect(other.answers).toEqual({ from: other.offset });
	await answered().toBe("$'\\E[?1;2'");
});

test('a program that prints without a pause is answered soon', async () => {
	const [page] = (await pagesOn(1)) as [BrowserEnd];
	page.type(
		`(while sleep 0.02; do printf .; done) & until [ -e go ]; do read -t 0.05; done; ` +
			`IFS= read -rsd c -p $'\\033[c' -t 0.8 answer; kill $!; printf '%q' "$answer" > answered\r`
	);
	await page.until(() => page.given === 1);
	page.cut();
	await expect.poll(() => setup.runner.sessions.items[0]?.viewers).toBe(0);

	writeFileSync(join(folder, 'go'), '');

	await answered().toBe("$'\\E[?1;2'");
});

test.each([
	['a moment ago is answered', 0, ['\u001b[?1;2c']],
	['a while ago is not answered any more', RUNNER_LIMITS.answerMs + 1, []]
])('what was asked %s', (_what, agoMs, told) => {
	const given: string[] = [];
	const answering = new Answering({ drawn: 10, answer: (answer) => void given.push(answer) });

	answering.asked({ text: '\u001b[?1;2c', end: 10, atMs: performance.now() - agoMs });

	expect(given).toEqual(told);
});

test('where nobody is there that may type, the runner answers itself, and once', async () => {
	const [page] = (await pagesOn(1)) as [BrowserEnd];
	const go = join(folder, 'go');
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

	await answered().toMatch(/^\$'\\E\[\?1;2c\\E\[\d+;\d+'$/);
});
