import { describe, expect, test } from 'vitest';
import { weaknessOf } from './secrets.ts';

describe('weaknessOf', () => {
	test('finds nothing wrong with 32 random bytes', () => {
		for (let i = 0; i < 200; i += 1) {
			const bytes = crypto.getRandomValues(new Uint8Array(32));
			expect(weaknessOf(Buffer.from(bytes).toString('base64'))).toBeUndefined();
		}
	});
});
