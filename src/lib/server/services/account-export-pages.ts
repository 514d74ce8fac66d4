import { db } from '../db';
import type { Prisma } from '../prisma/client';
import { exportOwnTrail, type Subject } from './audit-trail';

/** The rows of a list, page by page. A page that holds nothing is left out. */
export type Pages = AsyncIterable<readonly unknown[]>;

/** Rows of one page: ideas may have 10,000 characters of notes each. */
const PAGE_ROWS = 200;

/**
 * Reads a list by the key that it is sorted by: nothing is lost or repeated when rows come and go meanwhile.
 *
 * @param read one page behind a row, or the first
 */
export async function* inPages<Row>(
	read: (take: number, last: Row | undefined) => Promise<Row[]>
): AsyncGenerator<Row[]> {
	let last: Row | undefined;
	for (;;) {
		const rows = await read(PAGE_ROWS, last);
		if (rows.length > 0) yield rows;
		last = rows.at(-1);
		if (rows.length < PAGE_ROWS) return;
	}
}

/** The same for rows with an id, which ids of version 7 put in order of time. */
const byId = <Row extends { id: string }>(
	read: (page: {
		take: number;
		orderBy: { id: 'asc' };
		after: { id?: { gt: string } };
	}) => Promise<Row[]>
) =>
	inPages<Row>((take, last) =>
		read({ take, orderBy: { id: 'asc' }, after: last ? { id: { gt: last.id } } : {} })
	);

export const sessionsOf = ({ userId }: Subject): Pages =>
	byId(({ after, ...page }) =>
		db.session.findMany({ ...page, where: { userId, ...after }, omit: { sessionToken: true } })
	);

export const browsersOf = ({ userId }: Subject): Pages =>
	byId(({ after, ...page }) =>
		db.browser.findMany({ ...page, where: { userId, ...after }, omit: { tokenHash: true } })
	);

export const consentsOf = ({ userId }: Subject): Pages =>
	byId(({ after, ...page }) => db.consent.findMany({ ...page, where: { userId, ...after } }));

export const undoActionsOf = ({ userId }: Subject): Pages =>
	byId(({ after, ...page }) =>
		db.undoAction.findMany({
			...page,
			where: { userId, ...after },
			omit: { tokenHash: true, inverse: true }
		})
	);

export const problemsOf = ({ userId }: Subject): Pages =>
	byId(({ after, ...page }) => db.problemReport.findMany({ ...page, where: { userId, ...after } }));

export const pairingsOf = ({ userId }: Subject): Pages =>
	byId(({ after, ...page }) =>
		db.pairing.findMany({
			...page,
			where: { userId, ...after },
			omit: { deviceCodeHash: true, userCodeHash: true }
		})
	);

export const runnersOf = ({ userId }: Subject): Pages =>
	byId(({ after, ...page }) =>
		db.runner.findMany({
			...page,
			where: { userId, ...after },
			omit: { credentialHash: true, relayId: true, connectionId: true, epoch: true }
		})
	);

/** Links of the account and to its address; one that somebody else asked for is theirs. */
export const linksOf = ({ userId }: Subject, email: string): Pages =>
	byId(({ after, ...page }) =>
		db.emailLink.findMany({
			...page,
			where: { OR: [{ userId }, { email, userId: null }], ...after },
			omit: { tokenHash: true, passwordHash: true }
		})
	);

export const announcementsOf = ({ userId }: Subject): Pages =>
	inPages<{ announcementId: string }>((take, last) =>
		db.announcementAck.findMany({
			take,
			where: { userId, announcementId: { gt: last?.announcementId } },
			orderBy: { announcementId: 'asc' },
			select: { announcementId: true, at: true }
		})
	);

const memberSelect = {
	ideaId: true,
	role: true,
	star: true,
	position: true,
	tags: true,
	archivedAt: true,
	createdAt: true,
	idea: {
		select: {
			ownerId: true,
			clientKey: true,
			sourceId: true,
			title: true,
			notes: true,
			linkUrl: true,
			linkLabel: true,
			visibility: true,
			version: true,
			createdAt: true,
			updatedAt: true,
			deletedAt: true,
			undoExpiresAt: true
		}
	}
} satisfies Prisma.IdeaMemberSelect;

/** Along the memberships, of which the owner has one, too. What others wrote is theirs. */
export async function* ideasOf({ userId }: Subject): Pages {
	const pages = inPages<Prisma.IdeaMemberGetPayload<{ select: typeof memberSelect }>>(
		(take, last) =>
			db.ideaMember.findMany({
				take,
				where: { userId, ideaId: { gt: last?.ideaId } },
				orderBy: { ideaId: 'asc' },
				select: memberSelect
			})
	);
	for await (const rows of pages) {
		yield rows.map(({ ideaId: id, createdAt: memberSince, idea, ...mine }) => {
			const { ownerId, ...content } = idea;
			return { id, ...mine, memberSince, ...(ownerId === userId && content) };
		});
	}
}

/** The person's own ideas, whatever hangs on them. */
const ofOwn = ({ userId }: Subject) => ({ idea: { ownerId: userId } });

/** The plans of the person's own ideas, one after the other, those in the Trash included. */
export const featuresOf = (subject: Subject): Pages =>
	inPages<{ ideaId: string; id: string }>((take, last) =>
		db.feature.findMany({
			take,
			where: {
				...ofOwn(subject),
				...(last && {
					OR: [{ ideaId: { gt: last.ideaId } }, { ideaId: last.ideaId, id: { gt: last.id } }]
				})
			},
			orderBy: [{ ideaId: 'asc' }, { id: 'asc' }]
		})
	);

/** What the person's own ideas and their features said before. Who else changed them is not theirs. */
export const revisionsOf = (subject: Subject): Pages =>
	byId(({ after, ...page }) =>
		db.revision.findMany({
			...page,
			where: { ...ofOwn(subject), ...after },
			omit: { userId: true }
		})
	);

/** Mails to the address, without what they said: that is not kept once they have left. */
export const mailsOf = (recipient: string): Pages =>
	inPages<{ id: string; createdAt: Date }>((take, last) =>
		db.outboxMessage.findMany({
			take,
			where: {
				recipient,
				...(last && {
					OR: [
						{ createdAt: { gt: last.createdAt } },
						{ createdAt: last.createdAt, id: { gt: last.id } }
					]
				})
			},
			orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
			omit: { payload: true }
		})
	);

/** What the person did and what was done to their account, the latest first, and from where they did it. */
export async function* trailOf(actor: Subject): Pages {
	let cursor: string | undefined;
	do {
		const { entries, nextCursor } = await exportOwnTrail(actor, cursor);
		if (entries.length > 0) yield entries;
		cursor = nextCursor;
	} while (cursor);
}
