import type { RunnerTicket } from '#protocol/pairing';
import { signTicket } from '#protocol/tickets';
import type { AskTicket } from '$lib/schemas/runners';
import { networkOf } from '../client-address';
import { db } from '../db';
import { MINIMUM_RUNNER_VERSION, relayAccess } from '../devmode';
import { env } from '../env';
import { checkLimit } from '../rate-limit';
import { refusal } from '../refusal';
import type { Actor } from './actor';
import { recordAudit } from './audit';
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
	await recordConnect({ kind: 'runner', userId, runnerId, requestId: door.requestId }, door);
	const ticket = await signTicket(
		{ role: 'runner-control', aud: env().tier, sub: userId, runnerId },
		ticketSecret,
		nowMs
	);
	return { ticket, relayUrl, nowMs: Date.now(), minimumVersion: MINIMUM_RUNNER_VERSION };
}

/**
 * Each time that a computer connects from another network stands in its person's trail, and once an hour from the
 * same one: a copied key is seen there, and a line that breaks every minute fills no pages.
 */
async function recordConnect(
	actor: Extract<Actor, { kind: 'runner' }>,
	{ address }: RunnerDoor
): Promise<void> {
	const { runnerId } = actor;
	if (!(await checkLimit('runnerConnect', runnerId, networkOf(address))).allowed) return;
	await db.$transaction((tx) =>
		recordAudit(tx, actor, { action: 'runner.connect', targetKind: 'runner', targetId: runnerId })
	);
}
