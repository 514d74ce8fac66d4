import { afterEach, beforeEach, expect, test } from 'vitest';
import { FRAME } from '#protocol/frames';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRunner, type RunnerSetup } from '#tests/support/runner';

let setup: RunnerSetup;
beforeEach(async () => {
	setup = await startRunner();
});
afterEach(() => setup.stop());

test('what is typed in a browser is echoed by a real shell, and what the shell prints comes back', async () => {
	const browser = new BrowserEnd(setup.app);

	await browser.attach();
	await browser.prints('ready> ');
	browser.type('echo $((6 * 7))\r');
	await browser.prints('42\r\n');

	expect(browser.opened).toMatchObject({ resume: 'fresh', offset: 0, inputSequence: 0 });
	expect(browser.text).toContain('echo $((6 * 7))\r\n');
	await browser.until(() => browser.given === 1);
});

test('after a cut of everything both go on at the byte where they were, and no key counts twice', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	browser.type('for i in $(seq 1 300); do echo "line $i."; sleep 0.01; done; echo finished\r');
	await browser.prints('line 20.');

	for (let cuts = 0; cuts < 5; cuts++) {
		await setup.proxy.cut();
		browser.type(`: typed ${cuts}\r`);
		await setup.proxy.mend();
		await browser.attach();
		expect(browser.opened).toMatchObject({ resume: 'exact' });
	}
	await browser.prints(/\nfinished\r\n/);
	browser.type('echo all of it\r');
	await browser.prints(/[\r\n]all of it\r\n/);

	const lines = [...browser.text.matchAll(/line (\d+)\./g)].map(([, number]) => Number(number));
	// The command itself has none.
	expect(lines).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
	const typed = [...browser.text.matchAll(/ready> : typed (\d)/g)].map(([, number]) =>
		Number(number)
	);
	expect(typed).toEqual([0, 1, 2, 3, 4]);
});

test('a new tab gets the screen as it is, and goes on from there', async () => {
	const first = new BrowserEnd(setup.app);
	await first.attach();
	first.type('echo "see $((40 + 2))"\r');
	await first.prints('see 42');
	const second = new BrowserEnd(setup.app, first.sessionId);

	await second.attach(null);
	await second.until(() => second.snapshots.length === 1);
	second.type('echo "and $((40 + 3))"\r');
	await second.prints('and 43');

	expect(second.opened?.resume).toBe('snapshot');
	expect(second.snapshots[0]).toContain('see 42');
	await first.prints('and 43');
	expect(setup.runner.sessions.items).toMatchObject([{ viewers: 2 }]);
});

test('a size that one wishes for is the program’s, and everybody is told', async () => {
	const [one, other] = [new BrowserEnd(setup.app), new BrowserEnd(setup.app)];
	await one.attach();
	Object.assign(other, { sessionId: one.sessionId, size: { cols: 101, rows: 33 } });

	await other.attach();
	await one.until(() => one.size.cols === 101);
	one.type('stty size\r');

	await one.prints('33 101');
});

test('when the program ends, whoever looks is told how, after the last output', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();

	browser.type('seq 1 20000; exit 7\r');
	await browser.until(() => browser.closed !== undefined);

	expect(browser.closed).toEqual({ kind: 'ended', exitCode: 7 });
	expect(browser.text).toMatch(/\n20000\r\n(.*\r?\n)?/);
	expect(setup.runner.sessions.running).toEqual([]);
	expect(setup.events).toContainEqual({
		...{ type: 'session-ended', sessionId: browser.sessionId, exitCode: 7, signal: undefined }
	});
});

test('whoever was away when the program ended still gets its last words', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	browser.type('read -t 0.3; echo "last words $((1 + 1))"; exit 3\r');
	await browser.until(() => browser.given === 1);
	browser.cut();
	await expect.poll(() => setup.runner.sessions.running).toEqual([]);

	await browser.attach(null);
	await browser.until(() => browser.closed !== undefined);

	expect(browser.closed).toEqual({ kind: 'ended', exitCode: 3 });
	expect(browser.text).toContain('last words 2');
});

test('a terminal that has ended is not started again by whoever only wants to come back', async () => {
	const browser = new BrowserEnd(setup.app);

	await browser.attach(null);

	expect(browser.closed).toMatchObject({ kind: 'refused', code: 'NOT_FOUND' });
});

test('closing the tab ends nothing; ending the terminal does', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	browser.say({ type: FRAME.CLOSE, close: { kind: 'detach' } });
	await browser.end?.closed;
	expect(setup.runner.sessions.items).toMatchObject([{ sessionId: browser.sessionId, viewers: 0 }]);

	await browser.attach();
	browser.say({ type: FRAME.CLOSE, close: { kind: 'end' } });
	await browser.until(() => browser.closed !== undefined);

	expect(browser.closed).toMatchObject({ kind: 'ended', signal: 'SIGHUP' });
	expect(setup.runner.sessions.running).toEqual([]);
});

test('whoever only looks sees everything and types nothing', async () => {
	const writer = new BrowserEnd(setup.app);
	await writer.attach();
	const viewer = new BrowserEnd(setup.app, writer.sessionId);
	viewer.role = 'viewer';
	await viewer.attach(null);
	writer.type('echo "shown $((1 + 1))"\r');
	await viewer.prints('shown 2');

	viewer.type('echo "typed $((1 + 1))"\r');
	await viewer.until(() => viewer.closed !== undefined);

	expect(viewer.closed).toMatchObject({ kind: 'refused', code: 'FORBIDDEN' });
	writer.type('echo end of it\r');
	await writer.prints(/[\r\n]end of it/);
	expect(writer.text).not.toContain('typed');
});
