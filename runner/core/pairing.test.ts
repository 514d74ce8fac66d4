import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprintWords } from '#protocol/fingerprint';
import { startAppApi, type AppApi } from '#tests/support/app-api';
import { httpApi } from './http-api.ts';
import { RUNNER_VERSION } from './version.ts';
import { pair, type PairingOptions, type PairingShown } from './pairing.ts';

let app: AppApi;
beforeEach(async () => {
	app = await startAppApi('ws://127.0.0.1:1');
});
afterEach(() => app.stop());

function pairing(options: Partial<PairingOptions> = {}) {
	const shown: PairingShown[] = [];
	const paired = pair({
		...{ api: httpApi(app.url), server: app.url, name: 'Ada’s laptop', secondMs: 2 },
		onShow: (show) => shown.push(show),
		...options
	});
	return { paired, shown };
}

test('a computer that is approved gets what it needs, and keeps its key to itself', async () => {
	app.polls.push({ state: 'waiting', reason: 'authorization_pending' }, 'approve');

	const { paired, shown } = pairing();
	const kept = await paired;

	expect(kept).toMatchObject({ server: app.url, personEmail: 'ada@example.com' });
	expect(kept.publicKey).toBe(app.asked?.publicKey);
	expect(JSON.stringify(app.asked)).not.toContain(kept.privateKey);
	expect(app.asked).toMatchObject({ name: 'Ada’s laptop', version: RUNNER_VERSION });
	expect(shown).toEqual([
		{
			...{ userCode: 'WDJB-MJHT', verificationUri: `${app.url}/pair`, expiresInSeconds: 600 },
			qrUri: `${app.url}/pair#WDJB-MJHT`,
			words: await fingerprintWords(kept.publicKey)
		}
	]);
});

test.each(['access_denied', 'expired_token'] as const)('%s ends it', async (reason) => {
	app.polls.push({ state: 'waiting', reason });

	await expect(pairing().paired).rejects.toMatchObject({ reason });
	expect(app.polled).toBe(1);
});

test('it ends by itself when nobody decides in time', async () => {
	// Six hundred seconds of a hundredth of a millisecond, with polls every five.
	await expect(pairing({ secondMs: 0.05 }).paired).rejects.toMatchObject({
		reason: 'expired_token'
	});
});

test('an app that is away for a moment does not end it', async () => {
	const api = httpApi(app.url);
	const away = httpApi('http://127.0.0.1:9');
	let polls = 0;
	app.polls.push('approve');
	const poll: typeof api.pairing.poll = (asked) => (polls++ === 0 ? away : api).pairing.poll(asked);

	const { paired } = pairing({ api: { ...api, pairing: { ...api.pairing, poll } } });

	expect(await paired).toMatchObject({ personEmail: 'ada@example.com' });
});

test('what is no Coda, and what does not answer, is said in words', async () => {
	await expect(pairing({ api: httpApi('http://127.0.0.1:9') }).paired).rejects.toMatchObject({
		code: 'UNREACHABLE'
	});
	app.polls.push({ state: 'paired' } as never);
	await expect(pairing().paired).rejects.toThrow(/is no Coda/);
});

test('it can be given up', async () => {
	const giving = new AbortController();

	const { paired } = pairing({ signal: giving.signal, secondMs: 60_000 });
	giving.abort();

	await expect(paired).rejects.toMatchObject({ name: 'AbortError' });
});
