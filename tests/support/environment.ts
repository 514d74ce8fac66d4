/** What the application reads in tests, besides its database: fixed, and good for nothing else. */
export const testEnvironment = {
	CODA_TIER: 'development',
	AUTH_SECRET: 'tests-only-auth-0123456789abcdefghijklmnop',
	CRON_SECRET: 'tests-only-cron-0123456789abcdefghijklmnop',
	DEVMODE_JWT_SECRET: 'tests-only-devmode-0123456789abcdefghijkl',
	DEVMODE_GRANT_KEY: 'MC4CAQAwBQYDK2VwBCIEIHHMNiCqo3O3Iod0EAHgTF8Pdto5Vx0mYdVgVsODDqCm',
	RELAY_INTERNAL_SECRET: 'tests-only-internal-0123456789abcdefghijkl',
	EMAIL_SERVER: 'stream',
	EMAIL_FROM: 'Coda <coda@localhost>'
};

/** Where the processes of a test run find the template database. */
export const templateVariable = 'CODA_TEST_TEMPLATE_URL';

/** Sets variables for a test file, before the application first reads them. */
export function setEnvironment(values: Record<string, string>): void {
	Object.assign(process.env, values);
}

/** The database of a test file, before the application first reads where it is. */
export const testDatabaseUrl = (): string => process.env.DATABASE_URL ?? '';
