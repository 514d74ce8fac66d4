import type { SessionId } from '$lib/schemas/sessions';
import { db } from '../db';
import type { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { postRelayEventsSoon } from './relay-events';
import { endSessionsIn } from './session-ends';

/** What leaves the server of a session; its token does not. */
const sessionSelect = {
	id: true,
	createdAt: true,
	lastSeenAt: true,
	expires: true,
	address: true,
	place: true,
	userAgent: true
} satisfies Prisma.SessionSelect;

/** A browser in which the caller is signed in. */
export type ListedSession = Prisma.SessionGetPayload<{ select: typeof sessionSelect }> & {
	/** The one that asks. */
	isThis: boolean;
};

/** The session that asks. */
interface From {
	sessionId: string;
}

/** More than anyone looks through; ending all others ends those beyond it as well. */
const SHOWN = 100;

/** The browsers in which the caller is signed in: this one, then the ones that were here last. */
export async function listSessions(
	{ userId }: PersonalActor,
	{ sessionId }: From
): Promise<ListedSession[]> {
	const sessions = await db.session.findMany({
		where: { userId, expires: { gt: new Date() } },
		select: sessionSelect,
		orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
		take: SHOWN
	});
	return sessions
		.map((session) => ({ ...session, isThis: session.id === sessionId }))
		.sort((a, b) => Number(b.isThis) - Number(a.isThis));
}

/** Signs one browser of the caller's out, at once. @throws NOT_FOUND */
export async function endSession(actor: PersonalActor, { id }: SessionId): Promise<SessionId> {
	await db.$transaction(async (tx) => {
		const ended = await endSessionsIn(tx, { id, userId: actor.userId });
		if (ended === 0) throw refusal('NOT_FOUND', 'session.notFound');
		await recordAudit(tx, actor, { action: 'session.end', targetKind: 'session', targetId: id });
	});
	postRelayEventsSoon();
	return { id };
}

/** Signs every browser of the caller's out but this one. @returns how many */
export async function endOtherSessions(
	actor: PersonalActor,
	{ sessionId }: From
): Promise<{ ended: number }> {
	const ended = await db.$transaction(async (tx) => {
		const others = { userId: actor.userId, id: { not: sessionId } };
		const ended = await endSessionsIn(tx, others);
		if (ended > 0) {
			await recordAudit(tx, actor, {
				action: 'session.endOthers',
				targetKind: 'user',
				targetId: actor.userId,
				details: { ended }
			});
		}
		return ended;
	});
	postRelayEventsSoon();
	return { ended };
}
