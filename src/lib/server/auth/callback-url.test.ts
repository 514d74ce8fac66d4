import { describe, expect, test } from 'vitest';
import { HOME, safeCallbackUrl } from './callback-url';

describe('safeCallbackUrl', () => {
	test.each(['/ideas', '/trash', '/ideas?sort=newest&filter=starred', '/ideas/1#notes'])(
		'keeps %s',
		(asked) => {
			expect(safeCallbackUrl(asked)).toBe(asked);
		}
	);

	test.each([
		null,
		undefined,
		'',
		'ideas',
		'https://evil.test/',
		'//evil.test',
		'///evil.test',
		'/\\evil.test',
		'\\\\evil.test',
		'/a\\..\\evil',
		'javascript:alert(1)',
		'/\tevil',
		'/%0a//evil\n.test',
		'/..//evil.test',
		'/sign-in?callbackUrl=/sign-in',
		'/sign-in/again?callbackUrl=/account',
		'/sign-up',
		'/sign-out',
		`/${'x'.repeat(2_048)}`
	])('leads home from %j', (asked) => {
		expect(safeCallbackUrl(asked)).toBe(HOME);
	});
});
