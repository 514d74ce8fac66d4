import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createIdeaFor, createPerson } from '#tests/support/factories';
import { db } from '../db';
import { sealAudit } from './audit-seal';
import { brokenSegments } from './audit-spot-check';

beforeEach(() => {
	vi.spyOn(console, 'info').mockReturnValue();
});

afterEach(() => {
	vi.restoreAllMocks();
});

/** Writes past the trigger that guards the audit, as somebody with the database's own account could. */
const tamper = (statement: string) =>
	db.$transaction(async (tx) => {
		await tx.$executeRawUnsafe('ALTER TABLE audit_entries DISABLE TRIGGER USER');
		await tx.$executeRawUnsafe(statement);
		await tx.$executeRawUnsafe('ALTER TABLE audit_entries ENABLE TRIGGER USER');
	});

describe('a look at a part of the audit', () => {
	test('finds it whole, and finds what was rewritten in the newest part', async () => {
		const ada = await createPerson();
		for (let times = 0; times < 3; times += 1) {
			await createIdeaFor(ada);
			await sealAudit();
		}
		expect((await brokenSegments()).broken).toEqual([]);

		await tamper(`UPDATE audit_entries SET action = 'idea.delete'
			WHERE sequence = (SELECT max(sequence) FROM audit_entries)`);

		const last = await db.auditSegment.findFirstOrThrow({ orderBy: { firstSequence: 'desc' } });
		expect((await brokenSegments()).broken).toEqual([Number(last.firstSequence)]);
	});

	test('looks again at what was found broken, so that it does not seem mended', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada);
		await sealAudit();
		const first = await db.auditSegment.findFirstOrThrow({ orderBy: { firstSequence: 'asc' } });
		await tamper(`UPDATE audit_entries SET action = 'idea.purge' WHERE sequence = 1`);
		await db.alert.create({
			data: { rule: 'audit-chain', subject: 'from entry 1', severity: 1, says: '' }
		});

		for (let times = 0; times < 5; times += 1) {
			expect((await brokenSegments()).broken).toContain(Number(first.firstSequence));
		}
	});
});
