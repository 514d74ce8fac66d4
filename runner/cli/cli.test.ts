import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FRAME } from '#protocol/frames';
import { BrowserEnd } from '#tests/support/browser-end';
import { startCli, type CliSetup } from '#tests/support/cli';

/** Each start of the program reads its sources anew, which takes seconds on a loaded machine. */
vi.setConfig({ testTimeout: 120_000 });

let setup: CliSetup;
let folder: string;
beforeEach(async () => {
	setup = await startCli();
	({ folder } = setup);
});
afterEach(() => setup.stop());

const run = (...args: string[]) => setup.run(...args);

test('a computer is paired, serves, says how it is, stops, and is forgotten', async () => {
	setup.app.polls.push('approve');
	const pairing = run('pair', '--server', setup.app.url, '--name', 'Ada’s', '--folder', folder);
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

test('a runner that is killed leaves no program behind, and the next one takes its place', async () => {
	const killed = await setup.online();
	const [one, other] = [await setup.terminal(), await setup.terminal()];
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
	const another = await setup.terminal();
	expect(another.opened).toMatchObject({ resume: 'fresh', inputSequence: 0 });
});

test('on a full disk a runner says so, goes on, and opens terminals', async () => {
	const serving = await setup.online('ulimit -f 0');

	await setup.terminal();

	expect(serving.output()).toContain('report.json cannot be written');
	expect(serving.output().match(/cannot be written/g)).toHaveLength(1);
	const status = run('status');
	expect(await status.ended).toBe(1);
	expect(status.output()).toContain('running, but cannot write down how it is');
	serving.child.kill('SIGTERM');
	expect(await serving.ended).toBe(0);
});

test('on a full disk nobody is asked for an approval that could not be kept', async () => {
	const pairing = setup.runUnder('ulimit -f 0', 'pair', '--server', setup.app.url);

	expect(await pairing.ended).toBe(1);
	expect(pairing.output()).toContain('settings.json cannot be written');
	expect(setup.app.asked).toBeUndefined();
});

test('whoever reads the lines of a runner may go, and it goes on', async () => {
	const serving = await setup.online();
	serving.child.stdout?.destroy();
	serving.child.stderr?.destroy();

	const one = await setup.terminal();
	one.say({ type: FRAME.CLOSE, close: { kind: 'end' } });
	await one.until(() => one.closed !== undefined);

	await setup.terminal();
});

test('unpairing is told to the app, and this computer forgets its key whatever the app says', async () => {
	const serving = await setup.online();
	serving.child.kill('SIGTERM');
	await serving.ended;
	const credential = join(folder, 'runner/credential.json');
	const kept = readFileSync(credential);

	const told = run('unpair');
	expect(await told.ended).toBe(0);
	expect(told.output()).toContain('Unpaired.');
	expect(setup.app.isUnpaired).toBe(true);
	expect(existsSync(credential)).toBe(false);

	// It was unpaired in the app before.
	writeFileSync(credential, kept, { mode: 0o600 });
	expect(await run('unpair').ended).toBe(0);

	writeFileSync(credential, kept, { mode: 0o600 });
	await setup.app.stop();
	const away = run('unpair');
	expect(await away.ended).toBe(1);
	expect(away.output()).toContain('Unpair it on the devices page as well.');
	expect(existsSync(credential)).toBe(false);
});

test('a computer that is not paired is paired by starting it; unpaired elsewhere, it stops and says so', async () => {
	setup.app.polls.push('approve');
	const serving = run('start', '--server', setup.app.url);
	await serving.says('Online');

	setup.app.isUnpaired = true;
	await setup.relay.stop();

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
	const fine = run('doctor', '--server', setup.app.url);
	const away = run('doctor', '--server', 'http://127.0.0.1:9');
	const bare = setup.runUnder('PATH=/nowhere', 'doctor', '--server', setup.app.url);

	expect(await fine.ended).toBe(0);
	expect(fine.output()).toMatch(/^ok +Terminals +\/.*sh\n/m);
	expect(fine.output()).toContain(setup.app.url);
	expect(await away.ended).toBe(1);
	expect(away.output()).toMatch(/^WRONG +Coda +http:\/\/127.0.0.1:9 does not answer\./m);
	expect(await bare.ended).toBe(0);
	expect(bare.output()).toMatch(/^note +tmux +There is no tmux on that computer: install it/m);
});

test('the doctor asks the app and the relay about a computer that is paired', async () => {
	const serving = await setup.online();
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
	setup.app.isUnpaired = true;
	const after = run('doctor');
	expect(await after.ended).toBe(1);
	expect(after.output()).toMatch(/^WRONG +Pairing +this computer is not paired any more/m);
});

test('tmux keeps a terminal over a runner that is killed, and the next one says which others ended', async () => {
	const killed = await setup.online();
	const [inside, outside] = [new BrowserEnd(setup.app), new BrowserEnd(setup.app)];
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

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
