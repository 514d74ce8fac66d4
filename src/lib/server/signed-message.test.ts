import { describe, expect, test } from 'vitest';
import { signatureOf, verifiedSignature } from './signed-message';

const at = new Date('2026-11-26T12:00:00Z');
const later = (seconds: number) => new Date(at.valueOf() + seconds * 1_000);
const body = '{"key":"probe","state":"firing"}';
const secret = 'a secret of thirty-two bytes, or so';
const signed = signatureOf(secret, body, at);

describe('a signed message', () => {
	test('is known by the secret, and by the one before it', () => {
		expect(verifiedSignature(signed, { body, secrets: [secret], at })).toBeTypeOf('string');
		expect(verifiedSignature(signed, { body, secrets: ['new', secret], at })).toBeTypeOf('string');
	});

	test.each([
		['nothing', null],
		['no signature', 'hello'],
		['another secret', signatureOf('another', body, at)],
		['another text', signatureOf(secret, `${body} `, at)],
		['another time', signed.replace(/^t=\d+/, `t=${at.valueOf() / 1_000 + 1}`)],
		['too short a one', signed.slice(0, -1)]
	])('is refused with %s', (_, header) => {
		expect(verifiedSignature(header, { body, secrets: [secret], at })).toBeUndefined();
	});

	test.each([undefined, ''])('is refused where the secret is %j', (none) => {
		const forged = signatureOf('', body, at);

		expect(verifiedSignature(forged, { body, secrets: [none], at })).toBeUndefined();
	});

	test.each([
		[299, true],
		[301, false],
		[-299, true],
		[-301, false]
	])('that is %i seconds old counts: %s', (seconds, counts) => {
		const verified = verifiedSignature(signed, { body, secrets: [secret], at: later(seconds) });

		expect(verified !== undefined).toBe(counts);
	});
});
