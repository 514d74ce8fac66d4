import { hash } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { NewPassword } from '$lib/schemas/account';
import { inHashingQueue } from './hashing-queue';
import { hashPassword, isOutdated, verifyPassword } from './password';
import { refuseGuessable } from './password-rules';

describe('a password', () => {
	test('is verified against its own hash, and its hash never repeats', async () => {
		const [one, other] = [
			await hashPassword('engine of brass'),
			await hashPassword('engine of brass')
		];

		expect(one).not.toBe(other);
		expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(await verifyPassword(one, 'engine of brass')).toBe(true);
		expect(await verifyPassword(one, 'Engine of brass')).toBe(false);
	});

	test('is the same however the keyboard composed it', async () => {
		const stored = await hashPassword('caf\u00e9 au lait cr\u00e8me');

		expect(await verifyPassword(stored, 'cafe\u0301 au lait cre\u0300me')).toBe(true);
	});

	test('that is not there is never the right one', async () => {
		for (const password of ['', 'anything at all']) {
			expect(await verifyPassword(undefined, password)).toBe(false);
			expect(await verifyPassword(null, password)).toBe(false);
		}
	});

	test('is hashed anew when its hash is weaker than today’s', async () => {
		expect(isOutdated(await hashPassword('engine of brass'))).toBe(false);
		expect(isOutdated(await hash('engine of brass', { memoryCost: 8_192, timeCost: 2 }))).toBe(
			true
		);
		expect(isOutdated(await hash('engine of brass', { memoryCost: 19_456, timeCost: 1 }))).toBe(
			true
		);
	});
});

describe('NewPassword', () => {
	test.each([
		[11, false],
		[12, true],
		[128, true],
		[129, false]
	])('of %i characters is fine: %s', (length, fine) => {
		expect(NewPassword.safeParse('🎵'.repeat(length)).success).toBe(fine);
		expect(NewPassword.safeParse('ö'.normalize('NFD').repeat(length)).success).toBe(fine);
	});

	test.each([undefined, 12, '', 'lone \ud800 surrogate', 'with \u0000 in it....', 'x'.repeat(1e6)])(
		'is not %j',
		(given) => {
			expect(NewPassword.safeParse(given).success).toBe(false);
		}
	);
});

describe('refuseGuessable', () => {
	const email = 'ada.lovelace@example.com';

	test.each([
		'1234567890123',
		'unbelievable',
		'UNBELIEVABLE',
		'Password1234',
		'password2024!',
		'qwertyqwerty',
		'passwordpassword',
		'aaaaaaaaaaaa',
		'abcabcabcabc',
		'abcdefghijkl',
		'lkjihgfedcba',
		'qwertyuiopas',
		'098765432109'
	])('refuses %s as common', async (password) => {
		await expect(refuseGuessable(password, email)).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { reason: 'password.common', fields: { password: [expect.any(String)] } }
		});
	});

	test.each([
		'ada.lovelace',
		'ADA.Lovelace',
		'ada.lovelace@example.com',
		'my ada.lovelace@example.com'
	])('refuses %s as the person’s own address', async (password) => {
		await expect(refuseGuessable(password, email)).rejects.toMatchObject({
			cause: { reason: 'password.isAddress' }
		});
	});

	test.each([
		'correct horse battery staple',
		'ada.lovelace likes engines',
		'dragonfly over the pond',
		'ключ от старого дома',
		'k7#qPz!m2vRw',
		'aaaaaaaaaaaa but longer'
	])('lets %s pass', async (password) => {
		await expect(refuseGuessable(password, email)).resolves.toBeUndefined();
	});
});

describe('inHashingQueue', () => {
	test('does two at once, the rest in turn, and turns away what is too much', async () => {
		let running = 0;
		let most = 0;
		const order: number[] = [];
		const work = (n: number) =>
			inHashingQueue(async () => {
				most = Math.max(most, (running += 1));
				await new Promise((resolve) => setImmediate(resolve));
				order.push(n);
				running -= 1;
			});

		const answers = await Promise.allSettled(Array.from({ length: 210 }, (_, n) => work(n)));

		expect(most).toBe(2);
		expect(order).toEqual(order.toSorted((a, b) => a - b));
		expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(8);
		expect(answers.at(-1)).toMatchObject({ reason: { code: 'TOO_MANY_REQUESTS' } });
		await expect(inHashingQueue(async () => 'still works')).resolves.toBe('still works');
	});

	test('goes on after work that failed', async () => {
		const failing = Array.from({ length: 5 }, () =>
			inHashingQueue(() => Promise.reject(new Error('no memory')))
		);

		await Promise.allSettled(failing);

		await expect(inHashingQueue(async () => 'still works')).resolves.toBe('still works');
	});
});
