import { describe, expect, test } from 'vitest';
import { wayOf } from './preview';

describe('wayOf', () => {
	const rules = { tier: 'preview', EMAIL_ALLOW: 'ada@example.com,@coda.test' } as const;
	const to = (address: string) => ({ to: address, subject: 'Hello' });

	test.each(['ADA@example.com', 'anyone@Coda.Test'])('lets %s through', (address) => {
		expect(wayOf(to(address), rules)).toEqual(to(address));
	});

	test.each(['bada@example.com', 'x@sub.coda.test', 'x@coda.test.evil.test', 'x@example.com'])(
		'keeps a mail to %s',
		(address) => {
			expect(wayOf(to(address), rules)).toHaveProperty('withheld');
			expect(wayOf(to(address), { tier: 'preview' })).toHaveProperty('withheld');
		}
	);

	test('says for whom a mail was that it sends elsewhere', () => {
		expect(wayOf(to('x@example.com'), { ...rules, EMAIL_REDIRECT_TO: 'all@box.test' })).toEqual({
			to: 'all@box.test',
			subject: '[for x@example.com] Hello',
			note: expect.stringContaining('EMAIL_REDIRECT_TO')
		});
	});

	test.each(['production', 'development'] as const)('has no say in %s', (tier) => {
		expect(wayOf(to('x@example.com'), { ...rules, tier })).toEqual(to('x@example.com'));
	});
});
