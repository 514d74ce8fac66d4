import type { ChildProcess } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { FRAME } from '#protocol/frames';
import { startAppApi, type AppApi } from '#tests/support/app-api';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRelay, type TestRelay } from '#tests/support/relay';
import { startProgram } from '#tests/support/runner-cli';
import { buildRunner } from '../../scripts/runner-package/build.ts';
import type { Platform } from '../../scripts/runner-package/native-parts.ts';
import { shellEnvironment } from '../core/shell.ts';
import { RUNNER_VERSION } from '../core/version.ts';

const platform = `${process.platform}-${process.arch}` as Platform;
const name = `coda-runner-${RUNNER_VERSION}-${platform}`;
vi.setConfig({ testTimeout: 60_000 });

/** Where the package was made, and where it was unpacked: nothing else is there. */
let made: string;
let folder: string;
let program: string;
beforeAll(async () => {
	made = mkdtempSync(join(tmpdir(), 'coda-made-'));
	folder = realpathSync(mkdtempSync(join(tmpdir(), 'coda-unpacked-')));
	await buildRunner({ platforms: [platform], out: made });
	await run('tar', ['-xzf', join(made, `${name}.tar.gz`), '-C', folder]).ended;
	program = join(folder, name, 'coda-runner');
}, 60_000);
afterAll(() => {
	for (const one of [made, folder]) rmSync(one, { recursive: true });
});

let relay: TestRelay;
let app: AppApi;
beforeEach(async () => {
	relay = await startRelay();
	app = await startAppApi(relay.url);
});
const children: ChildProcess[] = [];
afterEach(async () => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
	await app.stop();
	await relay.stop();
});

/** Starts something as a person of this computer does, far from the sources. */
function run(file: string, args: string[], env: Record<string, string> = {}) {
	const started = startProgram(file, args, {
		cwd: folder,
		env: {
			...shellEnvironment(process.env, []),
			PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
			CODA_RUNNER_DIR: join(folder, 'state'),
			...env
		}
	});
	children.push(started.child);
	const ended = started.ended.then((code) => ({ code, output: started.output() }));
	return { ...started, ended };
}

test('the unpacked runner says what it is, from anywhere, and finds nothing missing', async () => {
	const link = join(folder, 'bin');
	symlinkSync(`${name}/coda-runner`, link);

	const version = await run(link, ['--version']).ended;
	const doctor = await run(program, ['doctor', '--server', app.url]).ended;

	expect(version).toEqual({ code: 0, output: `coda-runner ${RUNNER_VERSION}\n` });
	expect(doctor.output).toContain('Nothing is wrong.');
	expect(doctor.output).toMatch(/^ok +Terminals +\//m);
	expect(doctor.output).toMatch(/^ok +tmux +\d/m);
	expect(doctor.code).toBe(0);
});

test('the unpacked runner pairs, and opens terminals', async () => {
	app.polls.push('approve');
	const pairing = await run(program, ['pair', '--server', app.url, '--folder', folder]).ended;
	expect(pairing.output).toContain('Paired with ada@example.com.');
	const serving = run(program, ['start']);
	await serving.says('Online');

	for (const tmux of [false, true]) {
		const browser = new BrowserEnd(app);
		await browser.attach({ tmux });
		browser.type('echo "here $((40 + 2))"\r');
		await browser.prints('here 42');
		const other = new BrowserEnd(app, browser.sessionId);
		await other.attach(null);
		await other.until(() => other.snapshots.length === 1);
		expect(other.snapshots[0]).toContain('here 42');
		browser.say({ type: FRAME.CLOSE, close: { kind: 'end' } });
		await browser.until(() => browser.closed !== undefined);
	}

	serving.child.kill('SIGTERM');
	expect(await serving.ended).toMatchObject({ code: 0 });
});

test('a fault of the unpacked runner is kept by its sources', async () => {
	const state = join(folder, 'failing');
	const failing = join(folder, 'failing.mjs');
	writeFileSync(
		failing,
		`process.on('SIGUSR2', () => {
			Math.random = () => { throw new RangeError('No luck'); };
			console.log('It will fail.');
		});`
	);
	const env = { CODA_RUNNER_DIR: state };
	app.polls.push('approve');
	await run(program, ['pair', '--server', app.url, '--folder', folder], env).ended;
	await run(program, ['report', 'on'], env).ended;
	const serving = run(program, ['start'], { ...env, NODE_OPTIONS: `--import=file://${failing}` });
	await serving.says('Online');
	serving.child.kill('SIGUSR2');
	await serving.says('It will fail.');
	const stopped = relay.stop();

	expect((await serving.ended).code).not.toBe(0);
	await stopped;

	const kept = readFileSync(join(state, 'faults.json'), 'utf8');
	const [, place = '', line = 0] = /\((runner\/core\/connection\.ts):(\d+):\d+\)/.exec(kept) ?? [];
	expect(place, kept).toBe('runner/core/connection.ts');
	const lines = readFileSync(new URL('../core/connection.ts', import.meta.url), 'utf8').split('\n');
	expect(lines[Number(line) - 1]).toContain('Math.random()');
	for (const theirs of [folder, 'coda-runner.mjs']) expect(kept).not.toContain(theirs);
});

test('without Node, or with one that is too old, it says so and what to do', async () => {
	const tools = join(folder, 'tools');
	mkdirSync(tools);
	for (const tool of ['dirname', 'readlink']) {
		symlinkSync(
			['/usr/bin', '/bin'].map((one) => join(one, tool)).find(existsSync) ?? '',
			join(tools, tool)
		);
	}
	const old = join(folder, 'old.cjs');
	writeFileSync(
		old,
		`Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });`
	);

	const none = await run('/bin/sh', [program, '--version'], { PATH: tools }).ended;
	const tooOld = await run(program, ['--version'], { NODE_OPTIONS: `--require ${old}` }).ended;

	expect(none.code).toBe(1);
	expect(none.output).toMatch(/^coda-runner needs Node 20\.19 or newer, and finds no Node here\./);
	expect(tooOld.code).toBe(1);
	expect(tooOld.output).toMatch(
		/^coda-runner needs Node 20\.19 or newer\. Here is 18\.20\.8, at \//
	);
});

test('a package is the same whenever it is made, is in the list of sums, and names whose work is in it', async () => {
	const again = mkdtempSync(join(tmpdir(), 'coda-made-'));
	await buildRunner({ platforms: [platform], out: again });

	const [one, other] = [made, again].map((at) => readFileSync(join(at, `${name}.tar.gz`)));
	rmSync(again, { recursive: true });

	expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
	const sum = createHash('sha256')
		.update(one ?? '')
		.digest('hex');
	expect(readFileSync(join(made, 'SHA256SUMS'), 'utf8')).toBe(`${sum}  ${name}.tar.gz\n`);
	const notices = readFileSync(join(folder, name, 'NOTICES.txt'), 'utf8');
	for (const work of [
		'@lydell/node-pty',
		'@trpc/client',
		'@xterm/headless',
		'devalue',
		'uqr',
		'ws',
		'zod'
	]) {
		expect(notices).toMatch(new RegExp(`^${work} \\d`, 'm'));
	}
	const code = readFileSync(join(folder, name, 'lib/coda-runner.mjs'), 'utf8');
	expect(code).not.toContain(process.cwd());
});
