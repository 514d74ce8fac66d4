import { expect, test } from 'vitest';
import { providersOf } from './providers';

test('names whose services Coda stands on, by its addresses', () => {
	const names = providersOf({
		VERCEL: '1',
		DATABASE_URL: 'postgresql://u:p@ep-x-pooler.eu-central-1.aws.neon.tech/coda',
		UPSTASH_REDIS_REST_URL: 'https://eu1-x.upstash.io',
		PUBLIC_DEVMODE_RELAY_URL: 'wss://relay.coda.example',
		RESEND_API_KEY: 're_x'
	}).map(({ name }) => name);

	expect(names).toEqual(['Vercel', 'Neon', 'Upstash', 'Fly.io', 'Resend']);
});

test('names nobody where everything is one’s own', () => {
	expect(
		providersOf({
			VERCEL: undefined,
			DATABASE_URL: 'postgresql://localhost/neon.tech',
			UPSTASH_REDIS_REST_URL: undefined,
			PUBLIC_DEVMODE_RELAY_URL: 'ws://127.0.0.1:3100',
			RESEND_API_KEY: undefined
		})
	).toEqual([]);
});
