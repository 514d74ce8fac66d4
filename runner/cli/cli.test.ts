import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startAppApi, type AppApi } from '#tests/support/app-api';
import { startRelay, type TestRelay } from '#tests/support/relay';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
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

/** Starts the program as a person does. */
function run(...args: string[]) {
	const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
		env: { ...process.env, CODA_RUNNER_DIR: join(folder, 'runner') },
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
	expect(status.output()).toMatch(/Paired with ada@example.com[\s\S]*Online since/);
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
	expect(after.output()).toContain('Not paired');
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
	[['dance'], 'coda-runner pair'],
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

	expect(await fine.ended).toBe(0);
	expect(fine.output()).toMatch(/ok +Terminals: .*sh\n/);
	expect(fine.output()).toContain(`ok    Coda: ${app.url}`);
	expect(await away.ended).toBe(1);
	expect(away.output()).toContain('WRONG Coda: http://127.0.0.1:9 does not answer.');
});
