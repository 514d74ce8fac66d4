import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BrowserEnd } from '#tests/support/browser-end';
import { startCli, type CliSetup } from '#tests/support/cli';
import { startDishonestRelay, type DishonestRelay } from '#tests/support/dishonest-relay';
import { Pty } from '../core/pty.ts';
import { shellEnvironment } from '../core/shell.ts';

/* What the runner says and asks at the windows of its person. */

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
/** Each start of the program reads its sources anew, which takes seconds on a loaded machine. */
vi.setConfig({ testTimeout: 120_000 });

let relay: DishonestRelay;
let setup: CliSetup;
let folder: string;
beforeEach(async () => {
	setup = await startCli(async (realUrl) => {
		relay = await startDishonestRelay(realUrl);
		return relay.url;
	});
	({ folder } = setup);
});
afterEach(async () => {
	await setup.stop();
	await relay.stop();
});

const run = (...args: string[]) => setup.run(...args);

test.each([
	[
		'replaced',
		4409,
		/^The relay says that another runner has connected with the key of this computer\./m
	],
	['version-unknown', 4412, /^The relay does not speak the version of this runner\./m]
])(
	'what a relay says of a runner is told with what to do, and it goes on: %s',
	async (reason, code, sentence) => {
		const serving = await setup.online();
		const browser = await setup.terminal();

		relay.runner.close(code, reason);
		await serving.says(sentence);

		expect(serving.output()).toMatch(/devices page\. Trying again in \d+ seconds …$/m);
		const status = run('status');
		expect(await status.ended).toBe(1);
		expect(status.output()).toMatch(new RegExp(`^Runner +offline since[^]*^Why +${reason}$`, 'm'));
		expect(serving.child.exitCode).toBeNull();
		expect(browser.closed).toBeUndefined();
	}
);

test('what a terminal or its folder is called begins no line in the windows of the runner', async () => {
	const serving = await setup.online();
	const hostile = join(folder, 'in\nStopped.\u202e');
	mkdirSync(hostile);
	const browser = new BrowserEnd(setup.app);
	await browser.attach({
		...{ tmux: false, folder: hostile },
		title: 'Build\u001b[2J\r\nThis computer is not paired any more\u2028Offline'
	});
	await serving.says('Terminal "');

	const sessions = run('sessions');
	await sessions.ended;

	for (const output of [serving.output(), sessions.output()]) {
		expect(output).toContain('Build[2J This computer is not paired any more Offline');
		expect(output).toContain(join(folder, 'in Stopped.'));
		expect(output).not.toMatch(/^(This|Offline|Stopped)/m);
		for (const sign of ['\u001b', '\u202e', '\u2028']) expect(output).not.toContain(sign);
	}
});

test('with "ask" a terminal waits for a yes at the runner’s own terminal', async () => {
	setup.app.polls.push('approve');
	expect(await run('pair', '--server', setup.app.url, '--folder', folder).ended).toBe(0);
	const settings = join(folder, 'runner/settings.json');
	writeFileSync(settings, JSON.stringify({ folders: [folder], ask: true }));
	const window = new Pty(
		{
			...{ file: process.execPath, args: ['--import', 'tsx', main, 'start'], folder: root },
			env: { ...shellEnvironment(process.env, []), CODA_RUNNER_DIR: join(folder, 'runner') }
		},
		{ cols: 120, rows: 30 }
	);
	const shown = shownBy(window);
	await shown.until('Online');
	const type = (text: string) => window.write(Buffer.from(text), () => {});
	// Typed before anything was asked: no answer.
	type('y\r');
	const [yes, no] = [new BrowserEnd(setup.app), new BrowserEnd(setup.app)];

	const opening = yes.attach({ tmux: false, title: 'Build\nAllowed.\u001b[2J' });
	await shown.until('Allow it?');
	expect(shown.text()).toContain('Called  Build Allowed.[2J');
	expect(shown.text()).toContain(`In      ${folder}`);
	type('perhaps\r');
	type('yes\r');
	await opening;
	yes.type('echo "here $((1 + 1))"\r');
	await yes.prints('here 2');
	const refusing = no.attach({ tmux: false, title: 'Other' });
	await shown.until('Called  Other');
	type('n\r');
	await refusing;
	await no.until(() => no.closed !== undefined);

	expect(no.closed).toMatchObject({ kind: 'refused', why: 'denied' });
	const left = new BrowserEnd(setup.app);
	const leaving = left.attach({ tmux: false, title: 'Left' });
	await shown.until('Called  Left');
	left.cut();
	await leaving;
	await shown.until('the question was withdrawn');
	const ended = new Promise<{ exitCode: number }>((resolve) => window.onEnd(resolve));
	type('\x03');
	expect(await ended).toMatchObject({ exitCode: 0 });
	expect(shown.text()).toContain('Stopped.');

	// The same without a terminal to ask at.
	const service = run('start');
	await service.says('Online');
	await no.attach();
	expect(no.closed).toMatchObject({ kind: 'refused', why: 'nobody-to-ask' });
});

/** What a window shows. */
function shownBy(window: Pty) {
	let text = '';
	let wake = () => {};
	window.onOutput((output) => {
		text += Buffer.from(output).toString();
		wake();
	});
	return {
		text: () => text,
		async until(wanted: string) {
			while (!text.includes(wanted)) await new Promise<void>((resolve) => (wake = resolve));
		}
	};
}
