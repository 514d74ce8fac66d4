import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditVerify } from '../../scripts/ops/audit-verify';
import { dbReport } from '../../scripts/ops/db-report';
import { maintenance } from '../../scripts/ops/maintenance';
import { asOperator } from '../../scripts/ops/operator';
import { switchCommand } from '../../scripts/ops/switch';

const url = process.env.DATABASE_URL ?? '';

describe('operators’ commands where DATABASE_URL is not set', () => {
	beforeEach(() => {
		process.env.DIRECT_URL = url;
		delete process.env.DATABASE_URL;
	});

	afterEach(() => {
		process.env.DATABASE_URL = url;
		delete process.env.DIRECT_URL;
	});

	test('find the database as all scripts do', async () => {
		await maintenance.run(['read-only']);
		await maintenance.run(['off']);
		await switchCommand.run(['list']);
		await dbReport.run([]);

		expect(await auditVerify.run([])).toBe(0);
	});
});

test('operators’ connections are called by their name', async () => {
	const [row] = await asOperator(
		(tx) => tx.$queryRaw<{ name: string }[]>`SELECT current_setting('application_name') AS name`
	);

	expect(row?.name).toBe('coda-scripts');
});
