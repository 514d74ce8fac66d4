import type { RunnerTicket } from '#protocol/pairing';
import { signTicket } from '#protocol/tickets';
import type { AskTicket } from '$lib/schemas/runners';
import { db } from '../db';
import { MINIMUM_RUNNER_VERSION, relayAccess } from '../devmode';
import { env } from '../env';
import { refusal } from '../refusal';
import { proveRunner, type RunnerDoor } from './runner-proofs';

/**
 * The ticket with which a computer gets into the relay.
 *
 * @throws UNAUTHORIZED for a credential that is none any more, and for a proof that is none
 */
export async function issueRunnerTicket(
	{ version, ...shown }: AskTicket,
	door: RunnerDoor
): Promise<RunnerTicket> {
	const { runnerId } = shown;
	const { url: relayUrl, ticketSecret } = relayAccess();
	// From before the computer is looked at: one that is unpaired meanwhile has a ticket from before that.
	const nowMs = Date.now();
	const { userId, challengedAt } = await proveRunner(shown, 'ticket', door);
	// Each challenge is answered once, and none from before one that was answered.
	const { count } = await db.runner.updateMany({
		where: { id: runnerId, OR: [{ provedAt: null }, { provedAt: { lt: challengedAt } }] },
		data: { provedAt: challengedAt, lastSeenAt: new Date(nowMs), ...(version && { version }) }
	});
	if (count === 0) throw refusal('UNAUTHORIZED', 'runner.proof');
	const ticket = await signTicket(
		{ role: 'runner-control', aud: env().tier, sub: userId, runnerId },
		ticketSecret,
		nowMs
	);
	return { ticket, relayUrl, nowMs: Date.now(), minimumVersion: MINIMUM_RUNNER_VERSION };
}
