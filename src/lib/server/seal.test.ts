import { describe, expect, test } from 'vitest';
import { open, seal } from './seal';

describe('seal', () => {
	test('opens for the same purpose only', () => {
		const sealed = seal('outbox', 'a sign-in link 🎵');

		expect(open('outbox', sealed)).toBe('a sign-in link 🎵');
		expect(() => open('something else', sealed)).toThrow();
	});

	test('never gives the same text twice, and shows nothing of it', () => {
		const sealed = [seal('outbox', 'secret'), seal('outbox', 'secret')];

		expect(sealed[0]).not.toBe(sealed[1]);
		expect(Buffer.from(sealed[0] ?? '', 'base64url').toString('latin1')).not.toContain('secret');
	});

	test('refuses what was altered in any byte', () => {
		const bytes = Buffer.from(seal('outbox', 'secret'), 'base64url');

		for (let at = 0; at < bytes.length; at += 1) {
			const altered = Buffer.from(bytes);
			altered[at] = (altered[at] ?? 0) ^ 1;
			expect(() => open('outbox', altered.toString('base64url')), `byte ${at}`).toThrow();
		}
	});
});
