import { DOCUMENTS, type GiveConsent } from '$lib/schemas/consents';
import { db } from '../db';
import { LEGAL, type LegalDocument } from '../legal';
import { refusal } from '../refusal';
import { requestOrigin } from '../request-context';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';

/** A document whose present version the person has not agreed to. */
export interface PendingConsent {
	document: LegalDocument;
	title: string;
	version: string;
	/** What is new in it. */
	changed: string;
	/** The version that they agreed to last; absent the first time. */
	agreedTo?: string;
}

/** What the caller is asked to agree to; nothing once they have. */
export async function listPendingConsents({ userId }: PersonalActor): Promise<PendingConsent[]> {
	const given = await db.consent.findMany({
		where: { userId, document: { in: [...DOCUMENTS] } },
		select: { document: true, version: true },
		orderBy: [{ at: 'desc' }, { id: 'desc' }]
	});
	return DOCUMENTS.flatMap((document) => {
		const { title, version, changed } = LEGAL[document];
		const versions = given.filter((one) => one.document === document).map((one) => one.version);
		if (versions.includes(version)) return [];
		return [{ document, title, version, changed, agreedTo: versions[0] }];
	});
}

/**
 * Records that the caller agrees to the documents, from where and with which browser. Agreeing twice is
 * agreeing once.
 *
 * @throws CONFLICT when what they had before them is not the present version any more
 */
export async function giveConsent(actor: PersonalActor, shown: GiveConsent): Promise<GiveConsent> {
	if (DOCUMENTS.some((document) => shown[document] !== LEGAL[document].version)) {
		throw refusal('CONFLICT', 'consent.changed');
	}
	const { address = null, userAgent = null } = requestOrigin() ?? {};
	await db.$transaction(async (tx) => {
		const given = await tx.consent.createManyAndReturn({
			data: DOCUMENTS.map((document) => ({
				userId: actor.userId,
				document,
				version: shown[document],
				address,
				userAgent
			})),
			skipDuplicates: true,
			select: { document: true, version: true }
		});
		if (given.length === 0) return;
		await recordAudit(tx, actor, {
			action: 'account.consent',
			targetKind: 'user',
			targetId: actor.userId,
			details: Object.fromEntries(given.map(({ document, version }) => [document, version]))
		});
	});
	return shown;
}
