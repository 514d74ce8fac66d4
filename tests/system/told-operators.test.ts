import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '#tests/support/app-people';
import { startHouse, type House } from '#tests/support/house';

let house: House;
beforeAll(async () => {
	house = await startHouse({ relayEnv: { LOG_LEVEL: 'info', FLY_MACHINE_ID: 'machine7' } });
});
afterAll(() => house.stop());

test('operators read how a relay went, and not of each connection', async () => {
	await house.relay.end('SIGTERM');

	const lines = () =>
		sql<{ message: string; fields: string }>(
			house.app,
			`SELECT message, fields FROM log_lines WHERE source = 'relay' ORDER BY at`
		);
	await expect
		.poll(() => lines().then((all) => all.map(({ message }) => message)), { timeout: 20_000 })
		.toEqual(['Relay listens', 'Relay stops', 'Relay empties itself', 'Relay has stopped']);
	for (const { fields } of await lines()) expect(fields).toMatch(/"relay":"machine7-[\w-]{36}"/);
	await house.startRelay();
});

test('operators read what ended a runner, where its person has said that they may', async () => {
	const failing = join(house.home, 'failing.mjs');
	writeFileSync(
		failing,
		`process.on('SIGUSR2', () => {
			Math.random = () => { throw new RangeError('No luck in ' + process.env.HOME); };
			console.log('It will fail.');
		});`
	);
	await house.runner.end('SIGTERM');
	const settings = join(house.home, 'runner/settings.json');
	writeFileSync(settings, JSON.stringify({ reportFaults: true }), { mode: 0o600 });
	house.computerEnv.NODE_OPTIONS = `--import=file://${failing}`;
	await house.startRunner();
	house.runner.child.kill('SIGUSR2');
	await house.runner.says('It will fail.');
	await house.relay.end('SIGTERM');
	expect(await house.runner.ended).not.toBe(0);

	delete house.computerEnv.NODE_OPTIONS;
	await house.startRelay();
	await house.startRunner();

	const groups = () =>
		sql(
			house.app,
			`SELECT g.source, g.kind, g.message, g.culprit, e.stack FROM error_groups AS g
			 JOIN error_events AS e ON e.group_id = g.id JOIN users ON users.id = e.user_id`
		);
	await expect.poll(groups, { timeout: 20_000 }).toMatchObject([
		{
			...{ source: 'runner', kind: 'RangeError', message: 'No luck in ~' },
			culprit: expect.stringContaining('in runner/core/connection.ts'),
			stack: expect.stringContaining('runner/core/connection.ts:')
		}
	]);
});
