import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { describe, expect, test } from 'vitest';
import { afterClose, CLOSE_REASONS, closeCode, type CloseReason } from './closing.ts';
import { ERROR_STATUS, type ErrorCode } from './errors.ts';

describe('ERROR_STATUS', () => {
	test('is tRPC’s own table', () => {
		const codes = Object.keys(TRPC_ERROR_CODES_BY_KEY) as ErrorCode[];

		expect(Object.keys(ERROR_STATUS).toSorted()).toEqual(codes.toSorted());
		for (const code of codes) {
			expect(ERROR_STATUS[code], code).toBe(getHTTPStatusCodeFromError(new TRPCError({ code })));
		}
	});
});

describe('a close code', () => {
	test('is 4000 and the HTTP status', () => {
		expect(closeCode('NOT_FOUND')).toBe(4404);
		expect(closeCode('SERVICE_UNAVAILABLE')).toBe(4503);
	});

	test.each<[CloseReason, string]>([
		['revoked', 'stop'],
		['replaced', 'stop'],
		['not-yours', 'stop'],
		['version-unknown', 'stop'],
		['frame-broken', 'stop'],
		['ticket-refused', 'again'],
		['ticket-used', 'again'],
		['moved', 'again'],
		['unavailable', 'again'],
		['too-far-behind', 'again'],
		['too-many-sockets', 'again'],
		['let-go', 'again']
	])('for %s means: %s', (reason, next) => {
		expect(afterClose(closeCode(CLOSE_REASONS[reason]), reason)).toEqual({ next, reason });
	});

	test.each([
		[1000, 'again'],
		[1001, 'again'],
		[1006, 'again'],
		[4500, 'again'],
		[4599, 'again'],
		[4499, 'stop']
	])('%d without a known reason means: %s', (code, next) => {
		expect(afterClose(code, 'something new')).toEqual({ next, reason: undefined });
	});

	test('leaves room: a reason may have 123 bytes', () => {
		for (const reason of Object.keys(CLOSE_REASONS)) expect(reason.length).toBeLessThan(124);
	});
});
