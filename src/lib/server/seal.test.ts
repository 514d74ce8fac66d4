import { afterEach, describe, expect, test } from 'vitest';
import { env } from './env';
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

describe('after AUTH_SECRET was replaced', () => {
	const [first, second, third] = ['first', 'second', 'third'].map(
		(name) => `${name}-${'s'.repeat(40)}`
	);
	const { AUTH_SECRET: before } = env();
	const rotate = (AUTH_SECRET?: string, AUTH_SECRET_1?: string, AUTH_SECRET_2?: string) =>
		Object.assign(env(), { AUTH_SECRET, AUTH_SECRET_1, AUTH_SECRET_2 });

	afterEach(() => rotate(before));

	test('what the older secrets sealed opens, and what is new is sealed with the newest', () => {
		rotate(first);
		const oldest = seal('outbox', 'from the first');
		rotate(second, first);
		const older = seal('outbox', 'from the second');

		rotate(third, second, first);
		const newest = seal('outbox', 'from the third');

		expect(open('outbox', oldest)).toBe('from the first');
		expect(open('outbox', older)).toBe('from the second');
		rotate(third);
		expect(open('outbox', newest)).toBe('from the third');
		expect(() => open('outbox', older)).toThrow();
	});

	test('an older secret opens for no other purpose either', () => {
		rotate(first);
		const sealed = seal('outbox', 'a link');

		rotate(second, first);

		expect(() => open('something else', sealed)).toThrow();
	});
});
