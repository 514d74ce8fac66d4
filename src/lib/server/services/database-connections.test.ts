import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { env } from '../env';
import { countDatabaseConnections, type DatabaseConnections } from './database-connections';

test('connections are counted by program and state, in one statement', async () => {
	const client = new pg.Client({
		connectionString: env().DATABASE_URL,
		application_name: 'coda-test-forgetful'
	});
	await client.connect();
	await client.query('BEGIN');
	let counted: DatabaseConnections | undefined;

	const statements = await countStatements(async () => {
		counted = await countDatabaseConnections();
	});
	await client.end();

	expect(statements).toBe(1);
	expect(counted?.groups).toContainEqual({
		application: 'coda-test-forgetful',
		state: 'idle in transaction',
		connections: 1,
		oldestTransactionSeconds: expect.any(Number)
	});
	expect(counted?.groups).toContainEqual(
		expect.objectContaining({ application: 'coda-web', state: 'active' })
	);
	expect(counted?.taken).toBeGreaterThanOrEqual(2);
	expect(counted?.available).toBeGreaterThanOrEqual(counted?.taken ?? 0);
});

test('a process has one client, however often the module is loaded', async () => {
	await db.$queryRaw`SELECT 1`;
	const before = (globalThis as { codaDatabase?: unknown }).codaDatabase;

	vi.resetModules();
	const { db: again } = await import('../db');
	await again.$queryRaw`SELECT 1`;

	expect(before).toBeDefined();
	expect((globalThis as { codaDatabase?: unknown }).codaDatabase).toBe(before);
});
