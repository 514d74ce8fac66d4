import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	startBehindDishonestRelay,
	type BehindDishonestRelay
} from '#tests/support/behind-dishonest-relay';
import { BrowserEnd } from '#tests/support/browser-end';
import type { RunnerSetup } from '#tests/support/runner';

/* A relay that does not close what was revoked: whoever is there stays no longer than a grant is believed. */

let house: BehindDishonestRelay;
let setup: RunnerSetup;
beforeEach(async () => {
	house = await startBehindDishonestRelay({ attachMs: 200 });
	({ setup } = house);
});
afterEach(() => house.stop());

test('a viewer attaches anew after a while, with a new grant, and nothing is lost', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	await browser.prints('ready> ');

	await browser.until(() => browser.closed !== undefined);
	expect(browser.closed).toEqual({ kind: 'let-go' });
	await browser.attach();
	browser.type('echo alive\r');

	await browser.prints(/[\r\n]alive\r\n/);
	expect(browser.opened?.resume).toBe('exact');
});

test('whoever gets no new grant types nothing any more, though the relay goes on carrying it', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	await browser.prints('ready> ');
	// That somebody is to be let go is not done, and what they type is handed on as before.
	house.relay.fromRunner = (passing) => (String(passing).includes('"drop"') ? [] : [passing]);
	await browser.until(() => browser.closed !== undefined);
	const [session] = setup.runner.sessions.running;
	expect(browser.isCut).toBe(false);

	browser.type('echo "too late"\r');
	const other = new BrowserEnd(setup.app, browser.sessionId);
	await other.attach(null, null);
	other.type('echo end\r');
	await other.prints(/[\r\n]end\r\n/);

	expect(String(session?.ring.copy(session.ring.start, session.ring.end))).not.toContain(
		'too late'
	);
});
