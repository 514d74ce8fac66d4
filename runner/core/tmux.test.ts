import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FRAME } from '#protocol/frames';
import { BrowserEnd } from '#tests/support/browser-end';
import { testShell, type RunnerSetup } from '#tests/support/runner';
import type { TestTmux } from '#tests/support/tmux';
import { TmuxComputer } from '#tests/support/tmux-computer';
import type { Program, Pty } from './pty.ts';
import { Tmux, tmuxServerOf } from './tmux.ts';

let computer: TmuxComputer;
let server: TestTmux;
let setup: RunnerSetup;
let folder: string;
beforeEach(() => {
	computer = new TmuxComputer();
	({ server, folder } = computer);
});
afterEach(() => computer.stop());

/** Starts a runner; its terminals run this. */
async function start(...how: Parameters<TmuxComputer['start']>): Promise<void> {
	setup = await computer.start(...how);
}

const inTmux = { tmux: true };
const script = (lines: string): Program => ({
	...testShell(),
	file: '/bin/sh',
	args: ['-c', lines]
});

test('what a program prints comes as it was printed, whatever it is, and its status with it', async () => {
	const bytes = Buffer.concat([
		Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
		Buffer.from('\\134 \\ %output %0 x\n%end 1 2 1\n%exit\n\u00e9\u6f22\u{1f680}\xff\xfe'),
		randomBytes(3_000_000)
	]);
	writeFileSync(join(folder, 'bytes'), bytes);
	// Nothing is echoed: tmux answers some of what is asked in there.
	await start(script(`stty raw -echo; printf early; cat ${folder}/bytes; exit 7`));
	const browser = new BrowserEnd(setup.app);

	await browser.attach(inTmux);
	await browser.until(() => browser.closed !== undefined);

	expect(browser.output.equals(Buffer.concat([Buffer.from('early'), bytes]))).toBe(true);
	expect(browser.closed).toEqual({ kind: 'ended', exitCode: 7 });
	await expect(server.byHand('ls')).rejects.toThrow(/no server|error connecting/);
});

test('somebody at the computer gets in with the command that the browser shows', async () => {
	await start();
	const browser = new BrowserEnd(setup.app);
	await browser.attach({ tmux: true, tmuxName: 'coda-idea-1', title: 'Tests' });
	await browser.prints('ready> ');
	const { attachCommand = '' } = browser.opened ?? {};

	expect(attachCommand).toBe(`tmux -L ${server.tmux.server} attach -t coda-idea-1`);
	expect(browser.answers, 'tmux answers what programs ask').toBeNull();
	expect(setup.runner.sessions.items).toMatchObject([{ tmux: true, attachCommand }]);
	const { Pty } = await import('./pty.ts');
	const env = { ...testShell().env };
	const local = new Pty({ ...testShell(), args: ['-c', attachCommand], env }, browser.size);
	await printed(local, 'ready> ');
	local.write(Buffer.from('echo "from here $((40 + 2))"\r'), () => {});
	await browser.prints('from here 42');
	browser.type('echo "from there $((40 + 3))"\r');
	await printed(local, 'from there 43');
	// Whoever detaches ends nothing.
	await server.byHand('detach-client', '-s', 'coda-idea-1');
	browser.type('echo "still $((40 + 4))"\r');
	await browser.prints('still 44');
	local.kill();
});

test('a size from the browser is the program’s, and one from the computer is told to the browser', async () => {
	await start();
	const browser = new BrowserEnd(setup.app);
	Object.assign(browser, { size: { cols: 101, rows: 33 } });
	await browser.attach(inTmux);
	await browser.prints('ready> ');
	browser.type('stty size\r');
	await browser.prints('33 101');

	browser.say({ type: FRAME.RESIZE, cols: 90, rows: 20 });
	await browser.until(() => browser.size.cols === 90);
	browser.type('stty size\r');
	await browser.prints('20 90');
	const [{ sessionId = '' } = {}] = computer.kept?.running ?? [];
	await server.byHand('resize-window', '-t', `coda-${sessionId.slice(-8)}`, '-x', '70', '-y', '15');

	await browser.until(() => browser.size.cols === 70 && browser.size.rows === 15);
});

test('a large paste arrives whole, and ^C reaches a program that prints without end', async () => {
	await start();
	const browser = new BrowserEnd(setup.app);
	await browser.attach(inTmux);
	await browser.prints('ready> ');
	browser.type('stty -echo -icanon; head -c 100000 | md5sum; stty echo icanon\r');
	await browser.prints('icanon\r\n');
	const paste = Buffer.alloc(100_000, 'The quick brown fox. ');
	for (let at = 0; at < paste.length; at += 10_000) browser.type(paste.subarray(at, at + 10_000));
	const { stdout } = await promisify(execFile)('/bin/sh', [
		'-c',
		`yes 'The quick brown fox. ' | tr -d '\\n' | head -c 100000 | md5sum`
	]);
	await browser.prints(stdout.slice(0, 32));

	browser.type('yes "$((6 * 7))"\r');
	await browser.prints('42\r\n42\r\n');
	browser.type('\x03');
	await browser.prints('^C');
	browser.type('echo "after $((6 * 8))"\r');
	await browser.prints('after 48');
});

test('a program that a slow reader keeps waiting loses nothing', async () => {
	await start(script('seq 1 200000'));
	const browser = new BrowserEnd(setup.app);
	browser.acknowledges = false;
	await browser.attach(inTmux);
	await browser.until(() => browser.length >= browser.windowBytes);
	const session = setup.runner.sessions.running[0];
	await expect.poll(() => session?.ring.end, { timeout: 10_000 }).toBeGreaterThan(500_000);
	expect(session?.ring.end).toBeLessThan(1_000_000);

	browser.acknowledges = true;
	browser.say({ type: FRAME.ACK, offset: browser.offset });
	await browser.until(() => browser.closed !== undefined);

	const expected = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\r\n`).join('');
	expect(browser.text === expected).toBe(true);
});

test('the next runner finds what tmux has kept, with its screen, and says which others ended', async () => {
	await start();
	const [inside, outside] = [new BrowserEnd(setup.app), new BrowserEnd(setup.app)];
	await inside.attach({ ...inTmux, title: 'Kept' });
	const ideaId = randomUUID();
	await outside.attach({ tmux: false, title: 'Not kept', ideaId });
	await inside.prints('ready> ');
	inside.type('for i in $(seq 1 100); do echo "line $i."; done; kept=$((6 * 7))\r');
	await inside.prints('line 100.');
	const { epoch } = inside.opened ?? {};

	await setup.halt();
	await setup.startNext({ keeping: computer.keeping() });
	await inside.attach(null);
	await inside.until(() => inside.snapshots.length === 1);
	inside.type('echo "it has $kept"\r');
	await inside.prints('it has 42');
	await outside.attach(null);

	expect(inside.opened).toMatchObject({ resume: 'snapshot', title: 'Kept', inputSequence: 0 });
	expect(inside.opened?.epoch).not.toBe(epoch);
	expect(inside.snapshots[0]).toMatch(/line 1\.[\s\S]*line 100\./);
	expect(outside.closed).toMatchObject({
		...{ kind: 'refused', code: 'NOT_FOUND', why: 'runner-stopped' },
		reason: 'That terminal ended when the runner stopped.'
	});
	const { items, gone } = setup.runner.sessions;
	expect(items).toMatchObject([{ sessionId: inside.sessionId, title: 'Kept', tmux: true }]);
	expect(gone.items).toMatchObject([{ sessionId: outside.sessionId, title: 'Not kept', ideaId }]);
});

test('what ended in tmux while no runner was there is told to whoever comes back', async () => {
	await start();
	const browser = new BrowserEnd(setup.app);
	await browser.attach(inTmux);
	await browser.prints('ready> ');
	browser.type('echo "alternate"; printf "\\033[?1049h\\033[2;3H"; read -r go; exit 5\r');
	await browser.prints('[?1049h');

	await setup.halt();
	const [name = ''] = (await server.byHand('ls', '-F', '#{session_name}')).split('\n');
	await server.byHand('send-keys', '-t', name, 'last words', 'Enter');
	const status = () => server.byHand('list-panes', '-a', '-F', '#{@coda_ended}');
	await expect.poll(status).toBe('5\n');
	await setup.startNext({ keeping: computer.keeping() });
	await browser.attach(null);
	await browser.until(() => browser.closed !== undefined);

	expect(browser.closed).toEqual({ kind: 'ended', exitCode: 5 });
	expect(browser.snapshots[0]).toContain('\x1b[?1049h');
	expect(browser.snapshots[0]).toContain('last words');
	await expect(server.byHand('ls')).rejects.toThrow(/no server|error connecting/);
});

test('ending it ends also what takes no notice of a closed terminal', async () => {
	await start(script('trap "" HUP; echo "stubborn $$."; while :; do sleep 1; done'));
	const browser = new BrowserEnd(setup.app);
	await browser.attach(inTmux);
	await browser.prints(/stubborn \d+\./);
	const pid = Number(/stubborn (\d+)\./.exec(browser.text)?.[1]);

	browser.say({ type: FRAME.CLOSE, close: { kind: 'end' } });
	await browser.until(() => browser.closed !== undefined);

	expect(browser.closed).toMatchObject({ kind: 'ended', signal: 'SIGHUP' });
	await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
});

test('a terminal is ended while it prints without end, and nobody reads', async () => {
	await start(script('yes'));
	const browser = new BrowserEnd(setup.app);
	browser.acknowledges = false;
	await browser.attach(inTmux);
	await expect
		.poll(() => setup.runner.sessions.running[0]?.ring.end, { timeout: 10_000 })
		.toBeGreaterThan(500_000);

	browser.say({ type: FRAME.CLOSE, close: { kind: 'end' } });

	await expect.poll(() => setup.runner.sessions.running, { timeout: 10_000 }).toEqual([]);
	await expect(server.byHand('ls')).rejects.toThrow(/no server|error connecting/);
});

test('a computer that is not paired any more keeps nothing in tmux', async () => {
	await start();
	const browser = new BrowserEnd(setup.app);
	await browser.attach(inTmux);

	setup.app.mood = 'refuses';
	setup.runner.reconnect();

	expect(await setup.ran).toBe('unpaired');
	await expect(server.byHand('ls')).rejects.toThrow(/no server|error connecting/);
	expect(computer.kept).toEqual({ running: [], gone: [], folders: [] });
});

test('neither the folder nor the environment of a shell stands on a command line, and nothing in it is run', async () => {
	const odd = mkdtempSync(join(folder, "it's #(touch owned) $(touch owned);"));
	const env = { ...testShell().env, SECRET_OF_MINE: 'not for everybody' };
	await start({ ...testShell(odd), env });
	const browser = new BrowserEnd(setup.app);
	await browser.attach(inTmux);
	await browser.prints('ready> ');
	browser.type('pwd; ls | wc -l; echo "it is $SECRET_OF_MINE"; echo "$TERM"\r');
	await browser.prints('xterm-256color\r\n');

	expect(browser.text).toContain(odd);
	expect(browser.text).toMatch(/\n0\r\n/);
	expect(browser.text).toContain('it is not for everybody');
	const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
	expect(stdout).not.toContain('not for everybody');
});

test.each([
	[undefined, /^There is no tmux on that computer/],
	['tmux 2.9a', /^tmux 2.9a on that computer is too old: 3.2 or newer/]
])(
	'without a tmux that does (%s) a terminal in it is refused, and says why',
	async (says, reason) => {
		if (says) {
			writeFileSync(join(folder, 'tmux'), `#!/bin/sh\necho "${says}"\n`);
			chmodSync(join(folder, 'tmux'), 0o755);
		}
		await start(testShell(), new Tmux(server.tmux.server, { PATH: folder }));
		const browser = new BrowserEnd(setup.app);

		await browser.attach(inTmux);

		expect(browser.closed).toMatchObject({ kind: 'refused', code: 'PRECONDITION_FAILED' });
		expect(browser.closed?.why).toBe('no-tmux');
		expect(browser.closed?.reason).toMatch(reason);
		const without = new BrowserEnd(setup.app);
		await without.attach();
		await without.prints('ready> ');
	}
);

test('runners of other folders have servers of their own', () => {
	const usual = '/home/ada/.local/state/coda-runner';

	expect(tmuxServerOf(usual, usual)).toBe('coda');
	const others = ['/tmp/one', '/tmp/other'].map((one) => tmuxServerOf(one, usual));
	expect(new Set(others).size).toBe(2);
	for (const one of others) expect(one).toMatch(/^coda-[0-9a-f]{8}$/);
});

test('two terminals that want one name get two', async () => {
	await start();
	const [one, other] = [new BrowserEnd(setup.app), new BrowserEnd(setup.app, randomUUID())];
	const wanted = { ...inTmux, tmuxName: 'coda-idea-1' };

	await one.attach(wanted);
	await other.attach(wanted);

	const names = computer.kept?.running.map(({ tmuxName }) => tmuxName);
	expect(names).toEqual(['coda-idea-1', `coda-idea-1-${other.sessionId.slice(-8)}`]);
});

/** Waits until a terminal at the computer shows something. */
function printed(pty: Pty, wanted: string): Promise<void> {
	let text = '';
	return new Promise((resolve) =>
		pty.onOutput((output) => {
			text += Buffer.from(output).toString();
			if (text.includes(wanted)) resolve();
		})
	);
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
