import { describe, expect, test } from 'vitest';
import { EnvError, parseEnv, type Tier } from './env';

const secret = (letter: string) => Buffer.from(`${letter}Zq8`.repeat(12)).toString('base64');

const served = {
	DATABASE_URL: 'postgresql://coda:pass@db.internal/coda',
	AUTH_SECRET: secret('a'),
	AUTH_URL: 'https://coda.test',
	CRON_SECRET: secret('b'),
	DEVMODE_JWT_SECRET: secret('c'),
	DEVMODE_GRANT_KEY: 'MC4CAQAwBQYDK2VwBCIEIHHMNiCqo3O3Iod0EAHgTF8Pdto5Vx0mYdVgVsODDqCm',
	RELAY_INTERNAL_SECRET: secret('d'),
	PUBLIC_DEVMODE_RELAY_URL: 'wss://relay.coda.test',
	EMAIL_SERVER: 'smtp://user:pass@mail.test:587',
	EMAIL_FROM: 'Coda <hello@coda.test>'
};
const onVercel = {
	...served,
	VERCEL: '1',
	VERCEL_URL: 'coda-abc.vercel.app',
	UPSTASH_REDIS_REST_URL: 'https://limits.upstash.test',
	UPSTASH_REDIS_REST_TOKEN: 'token'
};
const neon = (pooler: string) => `postgresql://coda:pass@ep-one${pooler}.eu.aws.neon.tech/coda`;

/** The variables that a tier finds wrong; none when it starts. */
function wrongIn(tier: Tier, source: Record<string, string | undefined>): string[] {
	try {
		parseEnv({ ...source, CODA_TIER: tier });
		return [];
	} catch (error) {
		if (!(error instanceof EnvError)) throw error;
		return error.issues.map(({ name }) => name);
	}
}

const TIERS = ['development', 'preview', 'production'] as const;

/** What each tier says to one thing that is different from a complete environment. */
const MATRIX: [what: string, source: Record<string, string | undefined>, refusedIn: Tier[]][] = [
	['everything', served, []],
	['no database', { ...served, DATABASE_URL: '' }, ['preview', 'production']],
	['a database that is no Postgres', { ...served, DATABASE_URL: 'mysql://db' }, [...TIERS]],
	['no way to send mail', { ...served, EMAIL_SERVER: '' }, ['preview', 'production']],
	['mail that stays here', { ...served, EMAIL_SERVER: 'stream' }, ['production']],
	['Resend instead of SMTP', { ...served, EMAIL_SERVER: '', RESEND_API_KEY: 're_1' }, []],
	['no relay', { ...served, PUBLIC_DEVMODE_RELAY_URL: '' }, ['preview', 'production']],
	[
		'a relay without TLS',
		{ ...served, PUBLIC_DEVMODE_RELAY_URL: 'ws://relay.test' },
		['production']
	],
	[
		'no relay, and DevMode off',
		{
			...served,
			PUBLIC_DEVMODE_RELAY_URL: '',
			DEVMODE_JWT_SECRET: '',
			PUBLIC_ENABLE_DEVMODE: 'false'
		},
		[]
	],
	['an address without TLS', { ...served, AUTH_URL: 'http://coda.test' }, ['production']],
	['no Upstash on a server', served, []],
	['everything on Vercel', onVercel, []],
	['no Upstash on Vercel', { ...onVercel, UPSTASH_REDIS_REST_URL: '' }, ['preview', 'production']],
	[
		'no token for Upstash',
		{ ...onVercel, UPSTASH_REDIS_REST_TOKEN: '' },
		['preview', 'production']
	],
	['Neon through its pooler on Vercel', { ...onVercel, DATABASE_URL: neon('-pooler') }, []],
	['Neon directly on Vercel', { ...onVercel, DATABASE_URL: neon('') }, ['preview', 'production']],
	['Neon directly from a server', { ...served, DATABASE_URL: neon('') }, []]
];

describe.each(MATRIX)('%s', (_, source, refusedIn) => {
	test.each(TIERS)('in %s', (tier) => {
		expect(wrongIn(tier, source).length > 0).toBe(refusedIn.includes(tier));
	});
});

test('each tier has its own database, mail, relay and counter: what is set is what is used', () => {
	const own = {
		DATABASE_URL: 'postgresql://coda:pass@production.internal/coda',
		EMAIL_SERVER: 'smtps://user:pass@production.mail.test:465',
		PUBLIC_DEVMODE_RELAY_URL: 'wss://production.relay.test',
		UPSTASH_REDIS_REST_URL: 'https://production.upstash.test',
		UPSTASH_REDIS_REST_TOKEN: 'production'
	};

	expect(parseEnv({ ...onVercel, ...own, VERCEL_ENV: 'production' })).toMatchObject(own);
	expect(parseEnv({ ...onVercel, VERCEL_ENV: 'preview' })).toMatchObject({
		tier: 'preview',
		DATABASE_URL: served.DATABASE_URL,
		AUTH_URL: 'https://coda-abc.vercel.app'
	});
});

test('a direct Neon address and a missing Upstash are said where they are allowed', () => {
	const { warnings } = parseEnv({ ...served, DATABASE_URL: neon('') });

	expect(warnings.join(' ')).toMatch(/UPSTASH_REDIS_REST_URL.*-pooler/);
});
