import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FRAME } from '#protocol/frames';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRunner, testShell, type RunnerSetup } from '#tests/support/runner';
import type { Program } from './pty.ts';

let setup: RunnerSetup;
let program: Program;
let startsWith: () => Promise<Program>;
beforeEach(async () => {
	program = testShell();
	startsWith = async () => program;
	setup = await startRunner({ programFor: () => startsWith() });
});
afterEach(() => setup.stop());

/** A terminal with its prompt. */
async function attached(): Promise<BrowserEnd> {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	await browser.prints('ready> ');
	return browser;
}

async function isAlive(browser: BrowserEnd): Promise<void> {
	const word = randomUUID();
	browser.type(`echo ${word}\r`);
	await browser.prints(new RegExp(`[\\r\\n]${word}\\r\\n`));
}

test.each<[string, Partial<Program>, { words: string; exitCode: number }]>([
	['a shell that is not there', { file: '/nowhere/sh' }, { words: 'No such file', exitCode: 127 }],
	['a shell that is a folder', { file: tmpdir() }, { words: 'directory', exitCode: 126 }],
	[
		'a folder that has gone in this moment',
		{ folder: '/nowhere' },
		{ words: 'No such file', exitCode: 1 }
	]
])('a terminal with %s says why and ends, and no other does', async (_what, but, end) => {
	const other = await attached();
	const browser = new BrowserEnd(setup.app);
	program = { ...program, ...but };

	await browser.attach();
	await browser.until(() => browser.closed !== undefined);

	expect(browser.closed).toEqual({ kind: 'ended', exitCode: end.exitCode });
	expect(browser.text).toContain(end.words);
	await isAlive(other);
});

test('a shell that exits at once is opened and ended, with how it ended', async () => {
	program = { ...program, file: '/bin/sh', args: ['-c', 'exit 9'] };
	const browser = new BrowserEnd(setup.app);

	await browser.attach();
	await browser.until(() => browser.closed !== undefined);

	expect(browser.opened).toMatchObject({ resume: 'fresh' });
	expect(browser.closed).toEqual({ kind: 'ended', exitCode: 9 });
	expect(setup.runner.sessions.running).toEqual([]);
});

test('what is typed into a program that has let go of its terminal gets to no other program', async () => {
	program = {
		...program,
		file: '/bin/sh',
		args: ['-c', 'trap "" HUP; exec <&- >&- 2>&-; sleep 2; exit 5']
	};
	const deaf = new BrowserEnd(setup.app);
	await deaf.attach();
	program = testShell();
	const others: BrowserEnd[] = [];

	// Each new one gets the lowest number that the system has free: that of the first, too.
	for (let count = 0; count < 4; count++) {
		others.push(await attached());
		deaf.say({ type: FRAME.RESIZE, cols: 90 + count, rows: 30 });
		deaf.type('echo strayed\r');
	}
	await deaf.until(() => deaf.closed !== undefined);

	expect(deaf.closed).toEqual({ kind: 'ended', exitCode: 5 });
	for (const other of others) {
		await isAlive(other);
		expect(other.text).not.toContain('strayed');
		expect(other.size).toEqual({ cols: 80, rows: 24 });
	}
});

test('a mistake in the runner costs one viewer its line, is told, and ends nothing else', async () => {
	const other = await attached();
	const mistake = new TypeError('of the runner');
	const browser = new BrowserEnd(setup.app);
	startsWith = () => Promise.reject(mistake);

	await browser.attach();

	expect(await browser.end?.closed).toEqual({ code: 4499, reason: 'let-go' });
	expect(setup.events).toContainEqual(expect.objectContaining({ type: 'problem', cause: mistake }));
	await isAlive(other);
});

test('in the locale C, too, what a program prints arrives as it is', async () => {
	program = { ...program, env: { ...program.env, LC_ALL: 'C', LANG: 'C' } };
	const browser = await attached();

	browser.type(String.raw`printf '\303\244 \342\202\254 \360\237\246\212 end\n'` + '\r');
	await browser.prints('ä € 🦊 end\r\n');
	const later = new BrowserEnd(setup.app, browser.sessionId);
	await later.attach(null);
	await later.until(() => later.snapshots.length === 1);

	expect(later.snapshots[0]).toContain('ä € 🦊 end');
});

test('bytes that are no text arrive as they are, and the screen goes on after them', async () => {
	const browser = await attached();
	const bytes = Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28, 0xf0, 0x9f, 0x00, 0xed, 0xa0, 0x80]);
	const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

	browser.type(`printf '<${octal}>\\n'\r`);
	await browser.until(() => browser.output.includes(bytes));
	browser.type('head -c 300000 /dev/urandom; printf "\\033c"; echo "after $((1 + 1))"\r');
	await browser.prints('after 2');
	const later = new BrowserEnd(setup.app, browser.sessionId);
	await later.attach(null);
	await later.until(() => later.snapshots.length === 1);

	expect(later.snapshots[0]).toContain('after 2');
	expect(setup.events.map(({ type }) => type)).not.toContain('problem');
});

test('what no frame holds costs one viewer its line, is told, and ends nothing else', async () => {
	const other = await attached();
	const browser = new BrowserEnd(setup.app);
	program = { ...program, folder: `/${'x'.repeat(70_000)}` };

	await browser.attach();

	expect(await browser.end?.closed).toEqual({ code: 4499, reason: 'let-go' });
	expect(setup.events).toContainEqual(
		expect.objectContaining({ type: 'problem', cause: expect.any(RangeError) })
	);
	await isAlive(other);
	expect(other.isCut).toBe(false);
});
