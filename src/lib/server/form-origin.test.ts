import type { RequestEvent } from '@sveltejs/kit';
import { describe, expect, test } from 'vitest';
import { isForeignForm } from './form-origin';

const own = 'https://coda.test';

/** A request as it comes in. */
function eventOf(
	route: string,
	{ method = 'POST', ...headers }: { method?: string; origin?: string; 'content-type'?: string }
) {
	const url = new URL(own + route);
	const request = new Request(url, { method, headers });
	return { request, url, route: { id: route } } as unknown as RequestEvent;
}

describe('isForeignForm', () => {
	const form = { 'content-type': 'application/x-www-form-urlencoded' };

	test.each([
		'application/x-www-form-urlencoded',
		'multipart/form-data; boundary=x',
		'Text/Plain;charset=UTF-8'
	])('refuses %s from elsewhere and from nowhere', (type) => {
		for (const origin of ['https://evil.test', 'http://coda.test', 'null', undefined]) {
			const headers = { 'content-type': type, ...(origin && { origin }) };
			expect(isForeignForm(eventOf('/sign-in', headers)), String(origin)).toBe(true);
			expect(isForeignForm(eventOf('/sign-in', { ...headers, method: 'DELETE' }))).toBe(true);
		}
	});

	test('lets our own forms through, and what no form of another site can send', () => {
		expect(isForeignForm(eventOf('/sign-in', { ...form, origin: own }))).toBe(false);
		expect(isForeignForm(eventOf('/api', { 'content-type': 'application/json' }))).toBe(false);
		expect(isForeignForm(eventOf('/sign-in', { ...form, method: 'GET' }))).toBe(false);
	});

	test('lets the one click of mail services through, and nothing else without an origin', () => {
		expect(isForeignForm(eventOf('/(auth)/unsubscribe', form))).toBe(false);
		expect(isForeignForm(eventOf('/(auth)/unsubscribe/more', form))).toBe(true);
	});
});
