import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect, newIds, ticketsOf } from '#tests/support/relay';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRunner, type RunnerSetup } from '#tests/support/runner';
import { BackOff } from './back-off.ts';
import { Connection } from './connection.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { prove } from './proof.ts';
import { RUNNER_VERSION } from './version.ts';

let setup: RunnerSetup;
beforeEach(async () => {
	setup = await startRunner();
});
afterEach(() => setup.stop());

test('a runner whose pairing has ended stops its terminals, says so, and connects no more', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	setup.app.mood = 'refuses';

	await setup.relay.post([revoked(setup.app.paired.runnerId)]);

	expect(await setup.ran).toBe('unpaired');
	expect(setup.runner.sessions.running).toEqual([]);
	expect(setup.events.at(-1)).toEqual({ type: 'stopped', reason: 'unpaired' });
});

test('a relay that says "revoked" is not believed: the terminals go on, and so does the runner', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	const before = setup.events.length;

	// Tickets from before a revocation are refused, those from after it are good.
	await setup.relay.post([revoked(setup.app.paired.runnerId)]);
	await setup.tells('online', before);
	await browser.attach();
	browser.type('echo alive\r');

	await browser.prints(/[\r\n]alive\r\n/);
	expect(browser.opened?.resume).toBe('exact');
});

test('when the app is away the terminals go on, and the runner tries again', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	setup.app.mood = 'away';
	const before = setup.events.length;
	setup.runner.reconnect();
	await setup.tells('waiting', before);
	expect(setup.runner.sessions.running).toHaveLength(1);

	setup.app.mood = 'answers';
	await setup.tells('online', before);
	await browser.attach();

	expect(browser.opened?.resume).toBe('exact');
});

test('a runner that is replaced by another start of itself tells of it, and does not fight', async () => {
	const { runnerId } = setup.app.paired;
	const tickets = ticketsOf({
		...newIds(),
		runnerId: runnerId as ReturnType<typeof newIds>['runnerId']
	});
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	const before = setup.events.length;

	const other = await connect(setup.relay.url, tickets['runner-control']);
	await other.said('ready');
	await setup.tells('waiting', before);

	const waiting = setup.events.slice(before).find(({ type }) => type === 'waiting');
	expect(waiting).toMatchObject({ reason: 'replaced', doubts: 'replaced' });
	expect(waiting).toHaveProperty(
		'ms',
		expect.toSatisfy((ms) => ms >= RUNNER_LIMITS.doubtMs / 2)
	);
	expect(setup.runner.sessions.running).toHaveLength(1);
});

test('each attempt has a ticket of its own', async () => {
	const before = setup.events.length;

	setup.runner.reconnect();
	await setup.tells('online', before);

	expect(setup.app.tickets).toBe(2);
});

test('one that is stopped while it asks for a ticket opens nothing with it', async () => {
	const { paired, api } = setup.app;
	let isAsked = () => {};
	let give = () => {};
	const asked = new Promise<void>((resolve) => (isAsked = resolve));
	const given = new Promise<void>((resolve) => (give = resolve));
	const told: string[] = [];
	const nothing = () => {};
	const connection = new Connection({
		...{ onFrame: nothing, onDrain: nothing, onMessage: nothing, onLost: nothing },
		runnerId: paired.runnerId,
		isOutdated: () => false,
		onEvent: ({ type }) => told.push(type),
		async ticket() {
			isAsked();
			await given;
			return api.ticket({ ...(await prove(api, paired, 'ticket')), version: RUNNER_VERSION });
		}
	});
	const ran = connection.run();
	await asked;

	connection.stop();
	give();

	expect(await ran).toBe('stopped');
	expect(told).toEqual(['connecting']);
});

test('waits are random parts of a bound that doubles up to the last', () => {
	const backOff = new BackOff();
	const bounds = Array.from({ length: 8 }, () => backOff.next());

	for (const [attempt, ms] of bounds.entries()) {
		const bound = Math.min(RUNNER_LIMITS.backOffMaxMs, RUNNER_LIMITS.backOffMs * 2 ** attempt);
		expect(ms).toBeLessThanOrEqual(bound);
	}
	expect(new Set(bounds).size).toBeGreaterThan(1);
});

const revoked = (id: string) => ({
	type: 'revoked' as const,
	target: { of: 'runner' as const, id },
	atMs: Date.now()
});
