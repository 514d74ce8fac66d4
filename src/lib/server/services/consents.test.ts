import { describe, expect, test } from 'vitest';
import { createPerson } from '#tests/support/factories';
import { db } from '../db';
import { LEGAL } from '../legal';
import { withRequestContext } from '../request-context';
import { giveConsent, listPendingConsents } from './consents';

const shown = { terms: LEGAL.terms.version, privacy: LEGAL.privacy.version };
const origin = { address: '192.0.2.7', userAgent: 'A browser', place: null };

describe('consent', () => {
	test('is asked for until it is given, and never again for that version', async () => {
		const ada = await createPerson();
		expect((await listPendingConsents(ada)).map(({ document }) => document)).toEqual([
			'terms',
			'privacy'
		]);

		await giveConsent(ada, shown);

		expect(await listPendingConsents(ada)).toEqual([]);
	});

	test('is kept with version, time, address and browser, once however often it is given', async () => {
		const ada = await createPerson();

		await withRequestContext(
			{ requestId: 'test-consent' },
			() => Promise.all(Array.from({ length: 10 }, () => giveConsent(ada, shown))),
			origin
		);

		const given = await db.consent.findMany({
			where: { userId: ada.userId },
			orderBy: { document: 'asc' }
		});
		expect(given).toMatchObject([
			{ document: 'privacy', version: shown.privacy, address: '192.0.2.7', userAgent: 'A browser' },
			{ document: 'terms', version: shown.terms, at: expect.any(Date) }
		]);
		const trail = await db.auditEntry.findMany({ where: { personId: ada.userId } });
		expect(trail).toMatchObject([{ action: 'account.consent', details: shown }]);
	});

	test('to an older version leads to the new one, which says what they agreed to before', async () => {
		const ada = await createPerson();
		await db.consent.createMany({
			data: [
				{ userId: ada.userId, document: 'terms', version: '2020-01-01' },
				{ userId: ada.userId, document: 'privacy', version: LEGAL.privacy.version }
			]
		});

		expect(await listPendingConsents(ada)).toEqual([
			{
				document: 'terms',
				title: LEGAL.terms.title,
				version: LEGAL.terms.version,
				changed: LEGAL.terms.changed,
				agreedTo: '2020-01-01'
			}
		]);
	});

	test('is only taken for what is shown now', async () => {
		const ada = await createPerson();

		await expect(giveConsent(ada, { ...shown, terms: '2020-01-01' })).rejects.toMatchObject({
			code: 'CONFLICT',
			cause: { reason: 'consent.changed' }
		});

		expect(await db.consent.count({ where: { userId: ada.userId } })).toBe(0);
	});
});
