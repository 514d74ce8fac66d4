import { signGrant } from '#protocol/grants';
import { signTicket } from '#protocol/tickets';
import type { OpenTerminal } from '$lib/schemas/terminals';
import { db, type Transaction } from '../db';
import { grantKey, relayAccess } from '../devmode';
import { env } from '../env';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';

/** The sign-in that asks: ending it closes what was opened under it. */
interface In {
	sessionId: string;
}

/** What a browser needs to open a terminal. */
export interface TerminalAccess {
	/** For the relay: one socket, once, within a minute. */
	ticket: string;
	/** For the runner: what opens the terminal. */
	grant: string;
	relayUrl: string;
	runner: { id: string; name: string; publicKey: string };
}

/**
 * A ticket and a grant for one attach of one browser to a computer of the caller's.
 *
 * @throws NOT_FOUND; UNAUTHORIZED where the sign-in has ended while the call was on its way
 * @param signIn the sign-in that asks
 */
export async function openTerminal(
	actor: PersonalActor,
	{ runnerId, sessionId, role, browserKey }: OpenTerminal,
	{ sessionId: signInId }: In
): Promise<TerminalAccess> {
	const { url: relayUrl, ticketSecret } = relayAccess();
	const { key } = await grantKey();
	// From before the computer is looked at: one that is unpaired meanwhile has a ticket from before that.
	const nowMs = Date.now();
	const { userId: sub } = actor;
	const runner = await db.$transaction(async (tx) => {
		await refuseEnded(tx, actor, signInId);
		const found = await tx.runner.findFirst({
			where: { id: runnerId, userId: sub },
			select: { id: true, name: true, publicKey: true }
		});
		if (!found) throw refusal('NOT_FOUND', 'runner.notFound');
		if (sessionId) {
			await recordAudit(tx, actor, {
				...{ action: 'terminal.open', targetKind: 'runner', targetId: runnerId },
				details: { role, terminal: sessionId }
			});
		}
		return found;
	});
	const [ticket, grant] = await Promise.all([
		signTicket(
			{ role, aud: env().tier, sub, runnerId, ownerId: sub, sessionId, signInId },
			ticketSecret,
			nowMs
		),
		signGrant({ sub, runnerId, sessionId, role, browserKey }, key, nowMs)
	]);
	return { ticket, grant, relayUrl, runner };
}

/** A ticket for the socket by which a browser hears what has changed. It is there without DevMode, too. */
export async function eventsTicket(
	{ userId: sub }: PersonalActor,
	{ sessionId: signInId }: In
): Promise<{ ticket: string; relayUrl: string }> {
	const { url: relayUrl, ticketSecret } = relayAccess();
	const nowMs = Date.now();
	await refuseEnded(db, { userId: sub }, signInId);
	const ticket = await signTicket(
		{ role: 'events', aud: env().tier, sub, signInId },
		ticketSecret,
		nowMs
	);
	return { ticket, relayUrl };
}

/**
 * The sign-in was there when the call came. Had it ended since, and its ticket a later second than that, no
 * revocation would find the socket any more: so it is asked for once more, after the ticket's time was taken.
 */
async function refuseEnded(
	tx: Pick<Transaction, 'session'>,
	{ userId }: Pick<PersonalActor, 'userId'>,
	id: string
): Promise<void> {
	const found = await tx.session.findFirst({
		where: { id, userId, expires: { gt: new Date() } },
		select: { id: true }
	});
	if (!found) throw refusal('UNAUTHORIZED', 'auth.required');
}
