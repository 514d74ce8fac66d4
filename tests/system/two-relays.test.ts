import { afterAll, beforeAll, expect, test } from 'vitest';
import { BrowserEnd } from '#tests/support/browser-end';
import { freePort } from '#tests/support/free-port';
import { startHouse, type House } from '#tests/support/house';
import { keepAttached } from '#tests/support/keep-attached';
import { startLine, type Line } from '#tests/support/line';
import { startRedis, type TestRedis } from '#tests/support/redis';
import type { RelayProgram } from '#tests/support/relay-program';

let redis: TestRedis;
let toRedis: Line;
let house: House;
beforeAll(async () => {
	redis = await startRedis();
	const { hostname: host, port } = new URL(redis.url);
	toRedis = await startLine({ host, port: Number(port) });
	house = await startHouse({ relayEnv: await place() });
});
afterAll(async () => {
	await house.stop();
	await toRedis.stop();
	await redis.stop();
});

/** What a relay has to know to be one of several. */
async function place() {
	const port = String(await freePort());
	const url = new URL(redis.url);
	url.host = `127.0.0.1:${toRedis.port}`;
	return {
		RELAY_PORT: port,
		RELAY_SELF_URL: `ws://127.0.0.1:${port}`,
		RELAY_REDIS_URL: url.href
	};
}

/** Two relays that run: the one that holds the computer, and the one to which everybody comes from now on. */
async function twoRelays(): Promise<{ holder: RelayProgram; other: RelayProgram }> {
	const { relay } = house;
	const second = await house.startRelay(await place());
	await expect.poll(() => relay.metric('runners')).toBe(1);
	return { holder: relay, other: second };
}

async function openTerminal(): Promise<BrowserEnd> {
	const tab = new BrowserEnd(house.ada);
	await keepAttached(tab, () => tab.text.includes('ready> '));
	return tab;
}

/** Has a word printed that was not typed. */
async function echoes(tab: BrowserEnd, word: string): Promise<void> {
	tab.type(`echo "${word.slice(0, 1)}""${word.slice(1)}"\r`);
	await keepAttached(tab, () => tab.text.includes(`${word}\r\n`));
}

test('a browser that comes to another relay than the computer gets to it, and types', async () => {
	const { holder, other } = await twoRelays();

	const tab = await openTerminal();
	await echoes(tab, 'there');

	expect(tab.end?.socket.url).toContain(holder.url);
	expect(await other.metric('sockets')).toBe(0);
	await holder.end('SIGTERM');
});

test('when the relay of both is killed, both meet at the other one, and the terminal is as it was', async () => {
	const { holder, other } = await twoRelays();
	const tab = await openTerminal();
	await echoes(tab, 'before');

	await holder.end('SIGKILL');
	await echoes(tab, 'after');

	expect(tab.end?.socket.url).toContain(`127.0.0.1:${house.line.port}`);
	expect(await other.metric('runners')).toBe(1);
});

test('when the relay of both stops in order, both meet at the other one', async () => {
	const { holder, other } = await twoRelays();
	const tab = await openTerminal();
	await echoes(tab, 'before');

	await holder.end('SIGTERM');
	await echoes(tab, 'after');

	expect(await other.metric('runners')).toBe(1);
});

test('while Redis is away terminals go on and nobody new gets in; when it is back they do', async () => {
	const tab = await openTerminal();
	await toRedis.close();

	await echoes(tab, 'alone');
	await expect(new BrowserEnd(house.ada).attach()).rejects.toThrow();

	await toRedis.open();
	const other = await openTerminal();
	await echoes(other, 'together');
	await echoes(tab, 'still');
});
