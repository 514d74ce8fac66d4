import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { FRAME } from '#protocol/frames';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRunner, type RunnerSetup } from '#tests/support/runner';
import { Permission, type AskPerson, type WantedTerminal } from './permission.ts';

let setup: RunnerSetup | undefined;
afterEach(() => setup?.stop());

/** A person who is asked and answers when the test does. */
function person() {
	const asked: { wanted: WantedTerminal; signal: AbortSignal; answer: (isYes: boolean) => void }[] =
		[];
	const askPerson: AskPerson = (wanted, signal) =>
		new Promise((answer) => asked.push({ wanted, signal, answer }));
	return { asked, askPerson };
}

async function start(askPerson?: AskPerson): Promise<RunnerSetup> {
	setup = await startRunner({ asks: true }, undefined, { askPerson });
	return setup;
}

test('a new terminal is held until the person at the computer says yes, and coming back asks nobody', async () => {
	const { asked, askPerson } = person();
	const { app, runner } = await start(askPerson);
	const browser = new BrowserEnd(app);
	const attaching = browser.attach({ tmux: false, title: 'Tests' });

	await browser.until(() => browser.asksForSeconds !== undefined);

	expect(browser.asksForSeconds).toBe(60);
	expect(browser.opened).toBeUndefined();
	expect(runner.sessions.running).toEqual([]);
	await expect.poll(() => asked).toHaveLength(1);
	expect(asked[0]?.wanted).toMatchObject({ title: 'Tests', folder: expect.stringMatching(/^\//) });
	asked[0]?.answer(true);
	await attaching;
	await browser.prints('ready> ');
	browser.cut();
	browser.asksForSeconds = undefined;
	await browser.attach();
	browser.type('echo "again $((40 + 2))"\r');
	await browser.prints('again 42');
	expect(browser.asksForSeconds).toBeUndefined();
	expect(asked).toHaveLength(1);
});

test('a no is told to everybody who waits for that terminal, and nothing was started', async () => {
	const { asked, askPerson } = person();
	const { app, runner } = await start(askPerson);
	const one = new BrowserEnd(app);
	const other = new BrowserEnd(app, one.sessionId);
	const attaching = [one, other].map((browser) => browser.attach());
	await Promise.all(
		[one, other].map((browser) => browser.until(() => browser.asksForSeconds !== undefined))
	);

	await expect.poll(() => asked).toHaveLength(1);
	asked[0]?.answer(false);
	await Promise.all(attaching);

	for (const { closed } of [one, other]) {
		expect(closed).toMatchObject({ kind: 'refused', code: 'FORBIDDEN', why: 'denied' });
	}
	expect(asked).toHaveLength(1);
	expect(runner.sessions.running).toEqual([]);
});

test('where nobody can be asked a new terminal is refused, and the refusal says what to do', async () => {
	const { app } = await start();
	const browser = new BrowserEnd(app);

	await browser.attach();

	expect(browser.asksForSeconds).toBeUndefined();
	expect(browser.closed).toMatchObject({ code: 'PRECONDITION_REQUIRED', why: 'nobody-to-ask' });
	expect(browser.closed?.reason).toContain('coda-runner start');
});

test('a runner that stops withdraws its questions, and starts nothing any more', async () => {
	const { asked, askPerson } = person();
	const { app, runner, ran } = await start(askPerson);
	const browser = new BrowserEnd(app, randomUUID());
	void browser.attach();
	await expect.poll(() => asked).toHaveLength(1);

	runner.stop();
	await ran;

	expect(asked[0]?.signal.aborted).toBe(true);
	asked[0]?.answer(true);
	expect(runner.sessions.running).toEqual([]);
});

test('a question whose browser has left is withdrawn, a later yes starts nothing, and the next is asked', async () => {
	const { asked, askPerson } = person();
	const { app, runner } = await start(askPerson);
	const browser = new BrowserEnd(app);
	const attaching = browser.attach();
	await expect.poll(() => asked).toHaveLength(1);

	browser.cut();
	await attaching;
	await expect.poll(() => asked[0]?.signal.aborted).toBe(true);
	asked[0]?.answer(true);
	const again = browser.attach();
	await expect.poll(() => asked).toHaveLength(2);

	expect(runner.sessions.running).toEqual([]);
	asked[1]?.answer(true);
	await again;
	expect(runner.sessions.running).toHaveLength(1);
});

test('a question goes on while one of those who wait for its terminal is there', async () => {
	const { asked, askPerson } = person();
	const { app } = await start(askPerson);
	const one = new BrowserEnd(app);
	const other = new BrowserEnd(app, one.sessionId);
	const attaching = [one, other].map((browser) => browser.attach());
	await Promise.all(
		[one, other].map((browser) => browser.until(() => browser.asksForSeconds !== undefined))
	);

	one.say({ type: FRAME.CLOSE, close: { kind: 'detach' } });
	await one.end?.closed;
	asked[0]?.answer(true);
	await Promise.all(attaching);

	expect(other.opened).toBeDefined();
	expect(asked[0]?.signal.aborted).toBe(false);
});

test('whoever only looks keeps no question open, and is told that nobody wants the terminal', async () => {
	const { asked, askPerson } = person();
	const { app, runner } = await start(askPerson);
	const typing = new BrowserEnd(app);
	const looking = new BrowserEnd(app, typing.sessionId);
	looking.role = 'viewer';
	const attaching = typing.attach();
	await typing.until(() => typing.asksForSeconds !== undefined);
	const waiting = looking.attach(null);
	await looking.until(() => looking.asksForSeconds !== undefined);

	typing.cut();
	await Promise.all([attaching, waiting]);

	expect(looking.closed).toMatchObject({ kind: 'refused', code: 'SERVICE_UNAVAILABLE' });
	expect(looking.closed?.reason).toContain('has left');
	await expect.poll(() => asked[0]?.signal.aborted).toBe(true);
	asked[0]?.answer(true);
	expect(runner.sessions.running).toEqual([]);
});

const wanted = { title: 'Tests', folder: '/', atMs: 0 };
/** One who asks, and what it was told. */
const asking = () => {
	const waits: number[] = [];
	return { waits, unwanted: new AbortController().signal, onWait: (ms: number) => waits.push(ms) };
};

test('silence is a no, and a question has its whole time from when it is asked', async () => {
	const { asked, askPerson } = person();
	const permission = new Permission(askPerson, 500);
	const [one, other] = [asking(), asking()];

	const first = permission.get(wanted, one);
	const second = permission.get(wanted, other);
	await expect(first).rejects.toMatchObject({ code: 'TIMEOUT', why: 'unanswered' });
	await expect.poll(() => asked).toHaveLength(2);
	asked[0]?.answer(false);
	asked[1]?.answer(true);

	await expect(second).resolves.toBeUndefined();
	expect(asked[0]?.signal.aborted).toBe(true);
	expect([one.waits, other.waits]).toEqual([[500], [1_000, 500]]);
});
