import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { relayVariables } from '../../../relay/env.ts';
import { runnerVariables } from '../../../runner/core/config.ts';
import { EnvError, OLD_NAMES, parseEnv, tierOf, variables } from './env';

const secret = (letter: string) =>
	Buffer.from(letter.repeat(3) + 'Zq8')
		.toString('hex')
		.repeat(4);

const complete = {
	DATABASE_URL: 'postgresql://coda:pass@db.internal/coda',
	AUTH_SECRET: secret('a'),
	AUTH_URL: 'https://coda.test/somewhere',
	CRON_SECRET: secret('b'),
	DEVMODE_JWT_SECRET: secret('c'),
	DEVMODE_GRANT_KEY: 'MC4CAQAwBQYDK2VwBCIEIHHMNiCqo3O3Iod0EAHgTF8Pdto5Vx0mYdVgVsODDqCm',
	RELAY_INTERNAL_SECRET: secret('d'),
	PUBLIC_DEVMODE_RELAY_URL: 'wss://relay.coda.test',
	EMAIL_SERVER: 'smtp://user:pass@mail.test:587',
	EMAIL_FROM: 'Coda <hello@coda.test>'
};

/** The issues of an environment, by variable. */
function issuesOf(source: Record<string, string | undefined>): Record<string, string> {
	try {
		parseEnv(source, 'production');
		return {};
	} catch (error) {
		if (!(error instanceof EnvError)) throw error;
		return Object.fromEntries(error.issues.map(({ name, rule }) => [name, rule]));
	}
}

describe('parseEnv', () => {
	test('takes a complete production environment', () => {
		const env = parseEnv(complete);

		expect(env).toMatchObject({ tier: 'production', AUTH_URL: 'https://coda.test', PORT: 3000 });
	});

	test('reads the admins in lower case, with or without blanks between', () => {
		const env = parseEnv({ ...complete, ADMIN_EMAILS: ' Ada@Coda.test,bob@coda.test ,' });

		expect(env.ADMIN_EMAILS).toEqual(['ada@coda.test', 'bob@coda.test']);
		expect(parseEnv(complete).ADMIN_EMAILS).toEqual([]);
	});

	test('needs nothing in development', () => {
		expect(parseEnv({ CODA_TIER: 'development' })).toMatchObject({ tier: 'development' });
	});

	test('names everything that production lacks in one message', () => {
		const attempt = () => parseEnv({});

		expect(attempt).toThrow(EnvError);
		for (const name of Object.keys(complete)) expect(attempt).toThrow(name);
	});

	test.each([
		['AUTH_SECRET', 'change-me-change-me-change-me-change-me', 'placeholder'],
		['AUTH_SECRET', 'short', 'shorter than 32 bytes'],
		['AUTH_SECRET_1', 'short', 'shorter than 32 bytes'],
		['AUTH_SECRET_3', 'change-me-change-me-change-me-change-me', 'placeholder'],
		['ADMIN_EMAILS', 'ada@example.org, somebody', 'e-mail addresses'],
		['CRON_SECRET', '', 'missing'],
		['DEVMODE_JWT_SECRET', 'x'.repeat(40), 'placeholder'],
		['DEVMODE_GRANT_KEY', 'x'.repeat(64), 'pnpm ops secret grant-key'],
		['DEVMODE_GRANT_KEY', '', 'missing'],
		['RELAY_INTERNAL_SECRET', 'short', 'shorter than 32 bytes'],
		['RELAY_INTERNAL_SECRET_PREVIOUS', 'short', 'shorter than 32 bytes'],
		['PUBLIC_DEVMODE_RELAY_URL', 'ws://relay.coda.test', 'wss'],
		['EMAIL_SERVER', 'stream', 'stream'],
		['EMAIL_SERVER', 'http://mail', 'smtp'],
		['EMAIL_ALLOW', 'ada@example.com; bob@example.com', 'commas'],
		['EMAIL_REDIRECT_TO', '@example.com', 'one e-mail address'],
		['RESEND_WEBHOOK_SECRET', 'secret', 'whsec_'],
		['DATABASE_URL', 'mysql://db', 'postgresql'],
		['AUTH_URL', 'http://coda.test', 'https'],
		['PORT', '70000', ''],
		['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector.internal:4318', 'https'],
		['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://name:word@otlp.example', 'password'],
		['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://otlp.example', 'https'],
		['OTEL_EXPORTER_OTLP_HEADERS', 'a key', 'name=value'],
		['OTEL_EXPORTER_OTLP_HEADERS', 'key=a%0Db', 'name=value'],
		['OTEL_TRACES_SAMPLER_ARG', '10', 'from 0 to 1'],
		['LOG_LEVEL', 'loud', '']
	])('refuses %s=%j in production', (name, value, rule) => {
		expect(issuesOf({ ...complete, [name]: value })[name]).toContain(rule);
	});

	test('takes where traces go on this machine in production, and anywhere outside of it', () => {
		const to = (endpoint: string, tier = 'production') =>
			parseEnv({ ...complete, CODA_TIER: tier, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });

		expect(() => to('http://127.0.0.1:4318')).not.toThrow();
		expect(() => to('https://otlp.example/base')).not.toThrow();
		expect(() => to('http://collector.internal:4318', 'preview')).not.toThrow();
	});

	test('reads the headers of the receiver as the specification writes them', () => {
		const { OTEL_EXPORTER_OTLP_HEADERS: headers } = parseEnv({
			...complete,
			OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20YTpi%3D, x-scope = one=two'
		});

		expect(headers).toEqual({ authorization: 'Basic YTpi=', 'x-scope': 'one=two' });
	});

	test('does without the relay when DevMode is off', () => {
		const without = {
			...complete,
			DEVMODE_JWT_SECRET: '',
			DEVMODE_GRANT_KEY: '',
			RELAY_INTERNAL_SECRET: '',
			PUBLIC_DEVMODE_RELAY_URL: ''
		};

		expect(issuesOf({ ...without, PUBLIC_ENABLE_DEVMODE: 'false' })).toEqual({});
	});

	test('needs Upstash on Vercel, and warns without it elsewhere', () => {
		expect(Object.keys(issuesOf({ ...complete, VERCEL: '1' }))).toEqual([
			'UPSTASH_REDIS_REST_TOKEN',
			'UPSTASH_REDIS_REST_URL'
		]);
		expect(parseEnv(complete).warnings.join()).toContain('UPSTASH_REDIS_REST_URL');
	});

	test('says when a preview would write to nobody', () => {
		const preview = { ...complete, CODA_TIER: 'preview' };
		const warnings = (given: object) => parseEnv({ ...preview, ...given }).warnings.join();

		expect(warnings({})).toContain('EMAIL_ALLOW');
		expect(warnings({ EMAIL_ALLOW: 'ada@example.com, @coda.test' })).not.toContain('EMAIL_ALLOW');
		expect(warnings({ EMAIL_SERVER: 'stream' })).not.toContain('EMAIL_ALLOW');
	});

	test('takes old names with a warning', () => {
		const { AUTH_SECRET, AUTH_URL, ...rest } = complete;

		const env = parseEnv({ ...rest, NEXTAUTH_SECRET: AUTH_SECRET, NEXTAUTH_URL: AUTH_URL });

		expect(env).toMatchObject({ AUTH_SECRET, AUTH_URL: 'https://coda.test' });
		expect(env.warnings.join()).toMatch(/NEXTAUTH_SECRET.*AUTH_SECRET/);
	});

	test('sends the links of a preview to the preview', () => {
		const preview = { ...complete, VERCEL_ENV: 'preview', VERCEL_URL: 'coda-abc.vercel.app' };

		expect(parseEnv(preview)).toMatchObject({ AUTH_URL: 'https://coda-abc.vercel.app' });
	});
});

describe('tierOf', () => {
	test.each([
		[{}, 'production'],
		[{ VERCEL_ENV: 'preview' }, 'preview'],
		[{ CODA_TIER: 'development', VERCEL_ENV: 'production' }, 'development'],
		[{ CODA_TIER: '' }, 'production'],
		[{ NODE_ENV: 'development' }, 'production']
	])('of %j is %s', (source, tier) => {
		expect(tierOf(source)).toBe(tier);
	});
});

describe('.env.example', () => {
	const lines = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').split('\n');
	const keys = lines.flatMap((line) => line.match(/^#? ?([A-Z][A-Z0-9_]*)=/)?.[1] ?? []);

	test('has every variable once, and no other', () => {
		const read = new Set(
			[variables, relayVariables, runnerVariables].flatMap(({ shape }) => Object.keys(shape))
		);

		expect(keys.toSorted()).toEqual([...read].toSorted());
	});

	test('says what each variable is for, on the line above it', () => {
		for (const key of keys) {
			const at = lines.findIndex((line) => new RegExp(`^#? ?${key}=`).test(line));
			expect(lines[at - 1], key).toMatch(/^# \S/);
		}
	});

	test('works as it is in development', () => {
		const source = Object.fromEntries(
			lines
				.filter((line) => /^[A-Z]/.test(line))
				.map((line) => [line.split('=')[0], line.split('=').slice(1).join('=').replaceAll('"', '')])
		);

		expect(parseEnv({ ...source, CODA_TIER: 'development' })).toMatchObject({
			tier: 'development'
		});
	});

	test('mentions no old name', () => {
		for (const name of Object.keys(OLD_NAMES)) expect(keys).not.toContain(name);
	});
});
