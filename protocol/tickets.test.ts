import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	signGrant,
	verifyGrant,
	importGrantKey,
	importGrantPublicKey,
	makeGrantKey
} from './grants.ts';
import { signTicket, verifyTicket, type TicketCheck, type TicketRequest } from './tickets.ts';

const SECRET = 'a secret of app and relay, for tests only';
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const [person, runner, session] = [
	'0190a000-0000-7000-8000-000000000001',
	'0190a000-0000-7000-8000-000000000002',
	'0190a000-0000-7000-8000-000000000003'
];
const request: TicketRequest = {
	role: 'writer',
	aud: 'production',
	sub: person,
	ownerId: person,
	runnerId: runner,
	sessionId: session
};
const check: TicketCheck = { secrets: [SECRET], tier: 'production', nowMs: NOW };

/** A token as somebody else's program would make it. */
function handmade(header: object, claims: object, secret = SECRET): string {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const input = `${part(header)}.${part(claims)}`;
	return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

const header = { alg: 'HS256', typ: 'coda-ticket' };
const seconds = NOW / 1000;
const claims = {
	...request,
	jti: '0190a000-0000-4000-8000-000000000004',
	iat: seconds,
	exp: seconds + 60
};

describe('a ticket', () => {
	test('says what was signed', async () => {
		const ticket = await signTicket(request, SECRET, NOW);

		expect(await verifyTicket(ticket, check)).toMatchObject({
			...request,
			iat: seconds,
			exp: seconds + 60
		});
	});

	test('can be made by any program that has the secret', async () => {
		expect(await verifyTicket(handmade(header, claims), check)).toEqual(claims);
	});

	test('is still taken under the secret that was replaced', async () => {
		const ticket = await signTicket(request, 'the one before', NOW);

		const both = { ...check, secrets: [SECRET, 'the one before'] };
		expect(await verifyTicket(ticket, both)).toMatchObject({ sub: person });
		expect(await verifyTicket(ticket, check)).toBeUndefined();
	});

	test.each<[string, string, Partial<TicketCheck>]>([
		['another secret', handmade(header, claims, 'theirs'), {}],
		['another tier', handmade(header, { ...claims, aud: 'preview' }), {}],
		['a minute ago', handmade(header, claims), { nowMs: NOW + 60_000 }],
		['five minutes ahead', handmade(header, claims), { nowMs: NOW - 300_000 }],
		['a longer life', handmade(header, { ...claims, exp: seconds + 61 }), {}],
		['no algorithm', handmade({ alg: 'none', typ: 'coda-ticket' }, claims), {}],
		['another algorithm', handmade({ alg: 'HS512', typ: 'coda-ticket' }, claims), {}],
		['another kind', handmade({ alg: 'HS256', typ: 'JWT' }, claims), {}],
		['a header with more', handmade({ ...header, kid: '../../dev/null' }, claims), {}],
		['a role that is none', handmade(header, { ...claims, role: 'admin' }), {}],
		['no runner', handmade(header, { ...claims, runnerId: undefined }), {}],
		['no id', handmade(header, { ...claims, jti: undefined }), {}],
		['no text', '', {}],
		['no signature', `${handmade(header, claims).split('.').slice(0, 2).join('.')}.`, {}],
		['a part too many', `${handmade(header, claims)}.e30`, {}],
		['no base64', '!.!.!', {}]
	])('is refused: %s', async (_name, token, different) => {
		expect(await verifyTicket(token, { ...check, ...different })).toBeUndefined();
	});

	test('is neither signed nor verified with an empty secret', async () => {
		await expect(signTicket(request, '', NOW)).rejects.toThrow(RangeError);
		await expect(verifyTicket('a.b.c', { ...check, secrets: [''] })).rejects.toThrow(RangeError);
	});
});

describe('a grant', async () => {
	const made = await makeGrantKey();
	const { key, publicKey } = await importGrantKey(made.privateKey);
	const ours = {
		keys: [await importGrantPublicKey(made.publicKey)],
		runnerId: runner,
		nowMs: NOW
	};
	const granted = {
		sub: person,
		runnerId: runner,
		sessionId: session,
		role: 'writer' as const,
		browserKey: 'B'.repeat(87)
	};

	test('comes with the public half of its key', () => {
		expect(publicKey).toBe(made.publicKey);
	});

	test('says what was signed', async () => {
		const grant = await signGrant(granted, key, NOW);

		expect(await verifyGrant(grant, ours)).toMatchObject(granted);
	});

	test('is taken under any key that the runner has pinned', async () => {
		const other = await importGrantPublicKey((await makeGrantKey()).publicKey);
		const grant = await signGrant(granted, key, NOW);

		expect(await verifyGrant(grant, { ...ours, keys: [other, ...ours.keys] })).toBeDefined();
		expect(await verifyGrant(grant, { ...ours, keys: [other] })).toBeUndefined();
	});

	test.each<[string, Partial<typeof ours>]>([
		['for another runner', { runnerId: session }],
		['a minute later', { nowMs: NOW + 60_000 }],
		['before its time', { nowMs: NOW - 300_000 }]
	])('is refused %s', async (_name, different) => {
		const grant = await signGrant(granted, key, NOW);

		expect(await verifyGrant(grant, { ...ours, ...different })).toBeUndefined();
	});

	test('cannot be a ticket, whoever signed that', async () => {
		expect(await verifyGrant(await signTicket(request, SECRET, NOW), ours)).toBeUndefined();
	});
});
