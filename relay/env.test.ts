import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseRelayEnv, RelayEnvError } from './env.ts';

const secret = (letter: string) => `${letter}Zq8`.repeat(12);
const complete = {
	CODA_TIER: 'production',
	DEVMODE_JWT_SECRET: secret('a'),
	RELAY_INTERNAL_SECRET: secret('b'),
	RELAY_APP_URL: 'https://coda.test/somewhere'
};

/** The variables that are wrong. */
function issuesOf(source: Record<string, string | undefined>): string[] {
	try {
		parseRelayEnv(source);
		return [];
	} catch (error) {
		if (!(error instanceof RelayEnvError)) throw error;
		return error.issues.map(({ name }) => name);
	}
}

describe('the relay’s environment', () => {
	test('is complete with two secrets and the app’s address', () => {
		expect(parseRelayEnv(complete)).toMatchObject({
			tier: 'production',
			appUrl: 'https://coda.test',
			origins: ['https://coda.test'],
			ticketSecrets: [secret('a')],
			port: 3100
		});
	});

	test.each([
		['DEVMODE_JWT_SECRET', undefined],
		['DEVMODE_JWT_SECRET', ''],
		['DEVMODE_JWT_SECRET', 'change-me-change-me-change-me-change-me'],
		['DEVMODE_JWT_SECRET', 'short'],
		['DEVMODE_JWT_SECRET_PREVIOUS', 'short'],
		['RELAY_INTERNAL_SECRET', undefined],
		['RELAY_INTERNAL_SECRET', ''],
		['RELAY_APP_URL', undefined],
		['RELAY_APP_URL', 'ftp://coda.test'],
		['RELAY_ORIGINS', 'coda.test'],
		['RELAY_REDIS_URL', 'http://redis'],
		['RELAY_SELF_URL', 'https://relay.test'],
		['RELAY_PORT', '70000'],
		['CODA_TIER', 'staging']
	])('with %s=%s starts nothing', (name, value) => {
		expect(issuesOf({ ...complete, [name]: value })).toContain(name);
	});

	test('needs the secrets in development, too, and lets this computer’s pages in', () => {
		expect(issuesOf({ CODA_TIER: 'development' })).toEqual([
			'DEVMODE_JWT_SECRET',
			'RELAY_INTERNAL_SECRET'
		]);
		const { RELAY_APP_URL: _url, ...rest } = complete;
		expect(parseRelayEnv({ ...rest, CODA_TIER: 'development' }).origins).toEqual([
			'http://localhost:*',
			'http://127.0.0.1:*'
		]);
	});
});

test('the program does not start without a secret, and says which one is missing', async () => {
	const main = fileURLToPath(new URL('./main.ts', import.meta.url));
	const child = spawn(process.execPath, ['--import', 'tsx', main], {
		env: { PATH: process.env.PATH, ...complete, DEVMODE_JWT_SECRET: '' },
		stdio: ['ignore', 'ignore', 'pipe']
	});
	let said = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));

	const [code] = await once(child, 'close');

	expect(code).toBe(1);
	expect(said).toContain('DEVMODE_JWT_SECRET is missing');
	expect(said).not.toContain(complete.RELAY_INTERNAL_SECRET);
});
