import { expect, test } from 'vitest';
import { acceptAnswer, deriveKeys, type AttachKey } from './agreement.ts';
import { bytesOf, fromBase64url, transcript, type Bytes } from './bytes.ts';
import type { ChannelFrame } from './channel-frames.ts';
import { fingerprintWords } from './fingerprint.ts';
import { readFrame } from './frames.ts';
import { importGrantKey, importGrantPublicKey, verifyGrant } from './grants.ts';
import { isProof, type ProofPurpose } from './identity.ts';
import { Opener, Sealer, webAead } from './sealing.ts';
import { signTicket, verifyTicket, type Tier } from './tickets.ts';
import vectors from './vectors.json';

const { nowMs, ticket, grant, runner, agreement } = vectors;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const unhex = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'hex'));

const ecdhKey = (privateKey: string) =>
	crypto.subtle.importKey(
		'pkcs8',
		fromBase64url(privateKey),
		{ name: 'ECDH', namedCurve: 'P-256' },
		false,
		['deriveBits']
	);

test('the ticket of the vectors is one', async () => {
	const check = { secrets: [ticket.secret], tier: ticket.tier as Tier, nowMs };

	expect(await verifyTicket(ticket.token, check)).toEqual(ticket.claims);
});

test('a ticket is written like the one of the vectors', async () => {
	const { jti: _jti, iat: _iat, exp: _exp, ...request } = ticket.claims;

	const made = await signTicket(request as Parameters<typeof signTicket>[0], ticket.secret, nowMs);

	expect(made.split('.')[0]).toBe(ticket.token.split('.')[0]);
});

test('the grant of the vectors is one, under the public half of its key', async () => {
	const keys = [await importGrantPublicKey(grant.publicKey)];
	const check = { keys, runnerId: grant.claims.runnerId, nowMs };

	expect(await verifyGrant(grant.token, check)).toEqual(grant.claims);
	expect((await importGrantKey(grant.privateKey)).publicKey).toBe(grant.publicKey);
});

test('the runner’s proof and words are those of the vectors', async () => {
	const { signature, ...of } = runner.proof;
	const asked = { ...of, purpose: of.purpose as ProofPurpose };

	expect(await isProof(runner.publicKey, signature, asked)).toBe(true);
	expect(await fingerprintWords(runner.publicKey)).toEqual(runner.words);
});

test('what is signed is put together as in the vectors', () => {
	const { label, parts, bytes } = vectors.transcript;

	expect(hex(transcript(label, parts))).toBe(bytes);
});

test('both sides come to the keys of the vectors', async () => {
	const claims = { ...grant.claims, role: 'writer' as const };
	const browser: AttachKey = {
		privateKey: await ecdhKey(agreement.browserPrivateKey),
		publicKey: claims.browserKey
	};
	const granted = { token: grant.token, claims, runnerPublicKey: runner.publicKey };

	const atBrowser = await acceptAnswer(agreement.answer, browser, granted);
	const atRunner = await deriveKeys(await ecdhKey(agreement.runnerPrivateKey), claims.browserKey, {
		token: grant.token,
		claims,
		runnerKey: agreement.answer.runnerKey
	});

	const expected = { fromBrowser: agreement.fromBrowser, fromRunner: agreement.fromRunner };
	for (const keys of [atBrowser, atRunner]) {
		expect(
			keys && { fromBrowser: hex(keys.fromBrowser), fromRunner: hex(keys.fromRunner) }
		).toEqual(expected);
	}
});

test.each([
	['browser', agreement.fromBrowser, vectors.sealedByBrowser],
	['runner', agreement.fromRunner, vectors.sealedByRunner]
])('what the %s seals is the same, byte for byte, and opens again', async (_who, key, sealed) => {
	const sealer = new Sealer(await webAead(unhex(key)));
	const opener = new Opener(await webAead(unhex(key)));
	for (const { frame, message } of sealed) {
		// JSON has no bytes: there they are the text.
		const { text, ...rest } = frame as { text?: string };
		const value = (text === undefined ? rest : { ...rest, bytes: bytesOf(text) }) as ChannelFrame;
		const read = readFrame(unhex(message));

		expect(hex(await sealer.seal(vectors.channel, value))).toBe(message);
		expect(read && (await opener.open(read))).toMatchObject(value);
	}
});
