import { afterEach, expect, test } from 'vitest';
import { env } from '../env';
import { readCertificates } from './alert-readings';

const { AUTH_URL, PUBLIC_DEVMODE_RELAY_URL } = env();

afterEach(() => {
	Object.assign(env(), { AUTH_URL, PUBLIC_DEVMODE_RELAY_URL });
});

test('a host that does not answer hides no other, and says nothing bad of its certificate', async () => {
	// Nobody listens there.
	Object.assign(env(), {
		AUTH_URL: 'https://127.0.0.1:1',
		PUBLIC_DEVMODE_RELAY_URL: 'wss://127.0.0.1:2'
	});

	expect(await readCertificates()).toEqual([
		{ subject: '127.0.0.1:1', isBad: false, says: 'does not answer' },
		{ subject: '127.0.0.1:2', isBad: false, says: 'does not answer' }
	]);
});
