/**
 * Runs before each test file: gives it a database of its own, and the environment, before anything of the
 * application is imported. The database is removed after the file's tests.
 */
import { afterAll } from 'vitest';
import { templateVariable, testEnvironment } from './environment.ts';
import { copyTemplate, dropCopy } from './test-postgres.ts';

const url = await copyTemplate(process.env[templateVariable] ?? '');

Object.assign(process.env, testEnvironment, { DATABASE_URL: url });
// What the developer's own environment says must not reach the tests.
for (const name of ['DIRECT_URL', 'DATABASE_URL_UNPOOLED', 'AUTH_URL', 'ORIGIN', 'VERCEL_ENV']) {
	delete process.env[name];
}

afterAll(async () => {
	const { db } = await import('../../src/lib/server/db');
	await db.$disconnect();
	await dropCopy(url);
});
