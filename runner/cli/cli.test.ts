import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FRAME } from '#protocol/frames';
import { BrowserEnd } from '#tests/support/browser-end';
import { startAppApi, type AppApi } from '#tests/support/app-api';
import { startRelay, type TestRelay } from '#tests/support/relay';
import { Pty } from '../core/pty.ts';
import { shellEnvironment } from '../core/shell.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
/** Each start of the program reads its sources anew, which takes seconds on a loaded machine. */
vi.setConfig({ testTimeout: 120_000 });

let relay: TestRelay;
let app: AppApi;
let folder: string;
let children: ChildProcess[];
beforeEach(async () => {
	relay = await startRelay();
	app = await startAppApi(relay.url);
	folder = realpathSync(mkdtempSync(join(tmpdir(), 'coda-cli-')));
	children = [];
});
afterEach(async () => {
	for (const child of children) child.kill('SIGKILL');
	await app.stop();
	await relay.stop();
	rmSync(folder, { recursive: true });
});

const run = (...args: string[]) => runUnder(':', ...args);

/** Starts the program as a person does, under limits of their shell. */
function runUnder(limits: string, ...args: string[]) {
	const node = [process.execPath, '--import', 'tsx', main, ...args];
	const child = spawn('/bin/bash', ['-c', `${limits}; exec "$@"`, 'bash', ...node], {
		// A home of its own: what shells read there, and write there, is this test's.
		env: { ...process.env, HOME: folder, CODA_RUNNER_DIR: join(folder, 'runner') },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	children.push(child);
	let output = '';
	let wake = () => {};
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			wake();
		});
	}
	const ended = once(child, 'close').then(([code]) => code as number);
	return {
		child,
		ended,
		output: () => output,
		/** Waits until it has printed something. */
		async says(wanted: string) {
			while (!output.includes(wanted)) {
				await new Promise<void>((resolve) => (wake = resolve));
			}
		}
	};
}

test('a computer is paired, serves, says how it is, stops, and is forgotten', async () => {
	app.polls.push('approve');
	const pairing = run('pair', '--server', app.url, '--name', 'Ada’s', '--folder', folder);
	expect(await pairing.ended).toBe(0);
	expect(pairing.output()).toContain('WDJB-MJHT');
	expect(pairing.output()).toContain('Paired with ada@example.com.');
	expect(statSync(join(folder, 'runner/credential.json')).mode & 0o777).toBe(0o600);

	const serving = run('start');
	await serving.says('Online');
	const [status, sessions, second, early] = [
		run('status'),
		run('sessions'),
		run('start'),
		run('unpair')
	];
	expect(await status.ended).toBe(0);
	expect(status.output()).toMatch(/ada@example.com at http[\s\S]*online since/);
	const [words] = /Words {2}.+/.exec(pairing.output()) ?? [''];
	expect(status.output()).toContain(words.replace('Words  ', 'Words      '));
	expect(await sessions.ended).toBe(0);
	expect(await second.ended).toBe(1);
	expect(second.output()).toContain('A runner runs here already');
	expect(await early.ended).toBe(1);

	serving.child.kill('SIGTERM');
	expect(await serving.ended).toBe(0);
	expect(serving.output()).toContain('Stopped.');
	expect(await run('status').ended).toBe(1);
	expect(await run('unpair').ended).toBe(0);
	const after = run('status');
	await after.ended;
	expect(after.output()).toContain('none: coda-runner pair');
});

/** Pairs, starts, and waits until it is online. */
async function online(limits = ':') {
	app.polls.push('approve');
	const pairing = run('pair', '--server', app.url, '--folder', folder);
	expect(await pairing.ended).toBe(0);
	const serving = runUnder(limits, 'start');
	await serving.says('Online');
	return serving;
}

/** A terminal in which something is printed that is not what was typed. */
async function terminal(): Promise<BrowserEnd> {
	const browser = new BrowserEnd(app);
	await browser.attach();
	browser.type('echo "here $((1 + 1)) $$."\r');
	await browser.prints(/here 2 \d+\./);
	return browser;
}

test('a runner that is killed leaves no program behind, and the next one takes its place', async () => {
	const killed = await online();
	const [one, other] = [await terminal(), await terminal()];
	const programs = [one, other].map(({ text }) => Number(/here 2 (\d+)\./.exec(text)?.[1]));

	killed.child.kill('SIGKILL');
	await killed.ended;

	await expect.poll(() => programs.filter(isRunning), { timeout: 10_000 }).toEqual([]);
	const status = run('status');
	expect(await status.ended).toBe(1);
	expect(status.output()).toContain('not running');
	const next = run('start');
	await next.says('Online');
	await one.attach();
	expect(one.closed).toMatchObject({ code: 'NOT_FOUND', why: 'runner-stopped' });
	const another = await terminal();
	expect(another.opened).toMatchObject({ resume: 'fresh', inputSequence: 0 });
});

test('on a full disk a runner says so, goes on, and opens terminals', async () => {
	const serving = await online('ulimit -f 0');

	await terminal();

	expect(serving.output()).toContain('report.json cannot be written');
	expect(serving.output().match(/cannot be written/g)).toHaveLength(1);
	const status = run('status');
	expect(await status.ended).toBe(1);
	expect(status.output()).toContain('running, but cannot write down how it is');
	serving.child.kill('SIGTERM');
	expect(await serving.ended).toBe(0);
});

test('on a full disk nobody is asked for an approval that could not be kept', async () => {
	const pairing = runUnder('ulimit -f 0', 'pair', '--server', app.url);

	expect(await pairing.ended).toBe(1);
	expect(pairing.output()).toContain('settings.json cannot be written');
	expect(app.asked).toBeUndefined();
});

test('whoever reads the lines of a runner may go, and it goes on', async () => {
	const serving = await online();
	serving.child.stdout?.destroy();
	serving.child.stderr?.destroy();

	const one = await terminal();
	one.say({ type: FRAME.CLOSE, close: { kind: 'end' } });
	await one.until(() => one.closed !== undefined);

	await terminal();
});

test('unpairing is told to the app, and this computer forgets its key whatever the app says', async () => {
	const serving = await online();
	serving.child.kill('SIGTERM');
	await serving.ended;
	const credential = join(folder, 'runner/credential.json');
	const kept = readFileSync(credential);

	const told = run('unpair');
	expect(await told.ended).toBe(0);
	expect(told.output()).toContain('Unpaired.');
	expect(app.isUnpaired).toBe(true);
	expect(existsSync(credential)).toBe(false);

	// It was unpaired in the app before.
	writeFileSync(credential, kept, { mode: 0o600 });
	expect(await run('unpair').ended).toBe(0);

	writeFileSync(credential, kept, { mode: 0o600 });
	await app.stop();
	const away = run('unpair');
	expect(await away.ended).toBe(1);
	expect(away.output()).toContain('Unpair it on the devices page as well.');
	expect(existsSync(credential)).toBe(false);
});

test('a computer that is not paired is paired by starting it; unpaired elsewhere, it stops and says so', async () => {
	app.polls.push('approve');
	const serving = run('start', '--server', app.url);
	await serving.says('Online');

	app.isUnpaired = true;
	await relay.stop();

	expect(await serving.ended).toBe(1);
	expect(serving.output()).toContain('not paired any more');
});

test.each([
	[['pair'], 'Where is your Coda?'],
	[['pair', '--server', 'http://coda.example'], 'no https address'],
	[['start', '--server', 'nonsense'], 'no https address'],
	[['pair', '--server', 'http://127.0.0.1:9'], 'does not answer'],
	[['pair', '--server', 'http://127.0.0.1:9', '--folder', '/nowhere'], 'That folder is not there.'],
	[['pair', '--server', 'http://127.0.0.1:9', '--name', '\u202e'], 'A name has one to'],
	[['dance'], 'There is no command "dance".'],
	[['start', '--dance'], 'Unknown option']
])('what cannot be done is said in a sentence: %j', async (args, sentence) => {
	const { ended, output } = run(...args);

	expect(await ended).toBeGreaterThan(0);
	expect(output()).toContain(sentence);
	expect(output()).not.toMatch(/^\s+at /m);
});

test('the doctor says what is there and what is missing', async () => {
	const fine = run('doctor', '--server', app.url);
	const away = run('doctor', '--server', 'http://127.0.0.1:9');
	const bare = runUnder('PATH=/nowhere', 'doctor', '--server', app.url);

	expect(await fine.ended).toBe(0);
	expect(fine.output()).toMatch(/^ok +Terminals +\/.*sh\n/m);
	expect(fine.output()).toContain(app.url);
	expect(await away.ended).toBe(1);
	expect(away.output()).toMatch(/^WRONG +Coda +http:\/\/127.0.0.1:9 does not answer\./m);
	expect(await bare.ended).toBe(0);
	expect(bare.output()).toMatch(/^note +tmux +There is no tmux on that computer: install it/m);
});

test('the doctor asks the app and the relay about a computer that is paired', async () => {
	const serving = await online();
	const settings = join(folder, 'runner/settings.json');
	writeFileSync(
		settings,
		JSON.stringify({ folders: [folder, '/nowhere'], shell: '/nowhere/fish' })
	);

	const doctor = run('doctor');
	expect(await doctor.ended).toBe(1);
	expect(doctor.output()).toMatch(/^ok +Pairing +ada@example.com\n/m);
	expect(doctor.output()).toMatch(/^ok +Relay +ws:/m);
	expect(doctor.output()).toMatch(/^WRONG +Folder +\/nowhere: That folder is not there\./m);
	expect(doctor.output()).toMatch(/^note +Terminals +\/.*sh, because \/nowhere\/fish/m);

	serving.child.kill('SIGTERM');
	await serving.ended;
	app.isUnpaired = true;
	const after = run('doctor');
	expect(await after.ended).toBe(1);
	expect(after.output()).toMatch(/^WRONG +Pairing +this computer is not paired any more/m);
});

test('with "ask" a terminal waits for a yes at the runner’s own terminal', async () => {
	app.polls.push('approve');
	expect(await run('pair', '--server', app.url, '--folder', folder).ended).toBe(0);
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
	const [yes, no] = [new BrowserEnd(app), new BrowserEnd(app)];

	const opening = yes.attach({ tmux: false, title: 'Build\u001b[2J' });
	await shown.until('Allow it?');
	expect(shown.text()).toContain('Called  Build[2J');
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
	const left = new BrowserEnd(app);
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

test('tmux keeps a terminal over a runner that is killed, and the next one says which others ended', async () => {
	const killed = await online();
	const [inside, outside] = [new BrowserEnd(app), new BrowserEnd(app)];
	await inside.attach({ tmux: true, title: 'Kept', tmuxName: 'coda-idea-1' });
	await outside.attach({ tmux: false, title: 'Not kept' });
	inside.type('kept=$((6 * 7)); echo "here $kept"\r');
	await inside.prints('here 42');

	killed.child.kill('SIGKILL');
	await killed.ended;
	const next = run('start');
	await next.says('Online');
	await inside.attach(null);
	inside.type('echo "it has $kept"\r');
	await inside.prints('it has 42');
	await outside.attach(null);

	expect(outside.closed).toMatchObject({ code: 'NOT_FOUND', why: 'runner-stopped' });
	const sessions = run('sessions');
	await sessions.ended;
	expect(sessions.output()).toMatch(
		/^Kept\n[\s\S]*here {3}tmux -L coda-[0-9a-f]{8} attach -t coda-idea-1/m
	);
	expect(sessions.output()).toMatch(/^Not kept, ended\n[\s\S]*because the runner stopped/m);
	inside.say({ type: FRAME.CLOSE, close: { kind: 'end' } });
	await inside.until(() => inside.closed !== undefined);
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

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
