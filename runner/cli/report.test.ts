import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startCli, type CliSetup } from '#tests/support/cli';

/** Each start of the program reads its sources anew, which takes seconds on a loaded machine. */
vi.setConfig({ testTimeout: 120_000 });

let setup: CliSetup;
const file = (name: string) => join(setup.folder, 'runner', name);
beforeEach(async () => {
	setup = await startCli();
});
afterEach(() => setup.stop());

async function said(...args: string[]): Promise<string> {
	const run = setup.run(...args);
	await run.ended;
	return run.output();
}

/** A shell's line: from SIGUSR2 on the runner fails where it draws lots, with words that are not for others. */
function failing(): string {
	const path = join(setup.folder, 'failing.mjs');
	const words = `No luck for ${userInfo().username} on ${hostname()} in ${setup.folder}/merger`;
	writeFileSync(
		path,
		`process.on('SIGUSR2', () => {
			Math.random = () => { throw new RangeError(${JSON.stringify(words)}); };
			console.log('It will fail.');
		});`
	);
	return `export NODE_OPTIONS="--import=file://${path}"`;
}

/** A runner that comes to a bad end of its own. */
async function fail(): Promise<string> {
	const serving = setup.runUnder(failing(), 'start');
	await serving.says('Online');
	serving.child.kill('SIGUSR2');
	await serving.says('It will fail.');
	const relay = setup.relay.stop();
	expect(await serving.ended).not.toBe(0);
	await relay;
	return serving.output();
}

async function pair(): Promise<string> {
	setup.app.polls.push('approve');
	return said('pair', '--server', setup.app.url, '--folder', setup.folder);
}

test('it is off until it is switched on, and each place says so', async () => {
	expect(await pair()).toContain('To tell your Coda of them: coda-runner report on');
	expect(await said('status')).toContain('Faults     told to nobody: coda-runner report on');
	expect(await said('report', 'maybe')).toContain('It is on or off');

	expect(await fail()).toContain('RangeError');
	expect(existsSync(file('faults.json'))).toBe(false);

	expect(await said('report', 'on')).toContain('are told to your Coda');
	expect(await said('status')).toContain('Faults     told to your Coda');
	expect(await said('doctor')).toMatch(/^ok +Faults +told to your Coda$/m);
	expect(JSON.parse(readFileSync(file('settings.json'), 'utf8'))).toMatchObject({
		folders: [setup.folder],
		reportFaults: true
	});
});

test('the fault that ended a runner is kept, and told by the next one; off forgets it', async () => {
	await pair();
	await said('report', 'on');

	expect(await fail()).toContain('No luck for');
	expect(statSync(file('faults.json')).mode & 0o777).toBe(0o600);
	const kept = readFileSync(file('faults.json'), 'utf8');
	for (const theirs of [setup.folder, 'merger', process.cwd()]) expect(kept).not.toContain(theirs);
	expect(kept).toContain('No luck for [person] on [computer] in ~/…');

	const again = await startCli();
	setup.app.relayUrl = again.relay.url;
	const next = setup.run('start');
	await next.says('Online');
	await expect.poll(() => setup.app.faults, { timeout: 10_000 }).toHaveLength(1);
	expect(setup.app.faults[0]).toMatchObject({
		kind: 'RangeError',
		stack: expect.stringMatching(/\(runner\/core\/connection\.ts:\d+:\d+\)/)
	});
	next.child.kill('SIGTERM');
	await next.ended;
	await again.stop();

	expect(await said('report', 'off')).toContain('told to nobody');
	expect(existsSync(file('faults.json'))).toBe(false);
});
