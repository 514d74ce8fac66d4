import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { MOST_MOVES } from '#protocol/moves';
import { SUBPROTOCOL } from '#protocol/version';
import {
	startBehindDishonestRelay,
	type BehindDishonestRelay
} from '#tests/support/behind-dishonest-relay';
import { BrowserEnd } from '#tests/support/browser-end';
import { isReady, type DishonestRelay } from '#tests/support/dishonest-relay';
import type { RunnerSetup } from '#tests/support/runner';
import type { RelayDoubt } from './events.ts';

/* A relay that says what is not so, to be rid of a runner or to have what it shows. */

let house: BehindDishonestRelay;
let relay: DishonestRelay;
let setup: RunnerSetup;
let stranger: WebSocketServer;
beforeEach(async () => {
	house = await startBehindDishonestRelay();
	({ relay, setup } = house);
	stranger = new WebSocketServer({
		...{ host: '127.0.0.1', port: 0 },
		handleProtocols: () => SUBPROTOCOL
	});
	await once(stranger, 'listening');
});
afterEach(async () => {
	await house.stop();
	stranger.close();
});

/** The relay sends whoever says hello to an address, as often as it is asked. */
function sendTo(url: string): void {
	relay.toRunner = (passing) => {
		if (!isReady(passing)) return [passing];
		setTimeout(() => relay.runner.close(4503, 'moved'));
		return [JSON.stringify({ type: 'moved', url })];
	};
}

test('nobody gets a ticket because a relay sends the runner there', async () => {
	const heard: string[] = [];
	stranger.on('connection', (socket) =>
		socket.on('message', (hello: Buffer) => heard.push(String(hello)))
	);
	// Another host than the one that the app has named, and yet this computer.
	sendTo(`ws://0.0.0.0:${(stranger.address() as AddressInfo).port}`);
	let before = setup.events.length;

	setup.runner.reconnect();
	await setup.tells('waiting', before);
	before = setup.events.length;
	await setup.tells('waiting', before);
	relay.toRunner = (passing) => [passing];
	await setup.tells('online', before);

	expect(heard).toEqual([]);
});

test('relays that send the runner in a circle are left after a few rounds', async () => {
	const url = `ws://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
	const hellos: string[] = [];
	stranger.on('connection', (socket) =>
		socket.on('message', (hello: Buffer) => {
			hellos.push(String(hello));
			socket.send(JSON.stringify({ type: 'moved', url }));
			socket.close(4503, 'moved');
		})
	);
	sendTo(url);
	const tickets = setup.app.tickets;

	setup.runner.reconnect();
	await expect.poll(() => setup.app.tickets, { timeout: 10_000 }).toBe(tickets + 2);

	// The first ticket went to the one relay and then round, and from the second on another one is shown.
	expect(hellos.slice(0, MOST_MOVES)).toEqual(Array.from({ length: MOST_MOVES }, () => hellos[0]));
	expect(hellos[MOST_MOVES]).not.toBe(hellos[0]);
});

test('who was let in is not sent anywhere', async () => {
	const connected = once(stranger, 'connection').then(() => 'came');
	const before = setup.events.length;

	relay.runner.send(
		JSON.stringify({
			type: 'moved',
			url: `ws://127.0.0.1:${(stranger.address() as AddressInfo).port}`
		})
	);
	relay.runner.close(4503, 'moved');
	await setup.tells('online', before);

	expect(await Promise.race([connected, 'nobody came'])).toBe('nobody came');
});

test.each<[RelayDoubt, () => void]>([
	['replaced', () => relay.runner.close(4409, 'replaced')],
	['version-unknown', () => relay.runner.close(4412, 'version-unknown')],
	[
		'version-unknown',
		() => {
			relay.toRunner = (passing) =>
				isReady(passing) ? [String(passing).replace('"version":1', '"version":99')] : [passing];
			setup.runner.reconnect();
		}
	]
])(
	'a relay that says %s switches no computer off: it comes back, and its terminals go on',
	async (doubts, lie) => {
		const browser = new BrowserEnd(setup.app);
		await browser.attach();
		await browser.prints('ready> ');
		const isTold = (from: number) =>
			expect
				.poll(() => setup.events.slice(from), { timeout: 10_000 })
				.toContainEqual(expect.objectContaining({ type: 'waiting', doubts }));

		lie();
		await isTold(0);
		relay.toRunner = (passing) => [passing];
		const before = setup.events.length;
		// As if it had waited.
		setup.runner.reconnect();
		await setup.tells('online', before);
		await browser.attach();
		browser.type('echo alive\r');

		await browser.prints(/[\r\n]alive\r\n/);
		expect(browser.opened?.resume).toBe('exact');
	}
);
