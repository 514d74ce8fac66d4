import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { PostedEvents, RelayEvent, RevokedTarget } from '#protocol/events';
import { WIRE } from '#protocol/limits';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { relayDoor } from '../devmode';
import { log } from '../log';
import { measuring } from '../measures';
import { sendOutbound } from '../outbound';
import { open, seal } from '../seal';
import { tracedAlone } from '../tracing';
import { UNHURRIED, type Work } from './batches';
import { SEALED_FOR } from './mail-delivery';

/*
 * What relays have to hear. It is written down in the transaction of what has happened and posted right after
 * it, and again until a relay says that all of them know: a revocation that was lost would leave a shell open.
 */

/** An event before it is posted: when a revocation holds is said then, so that it holds for all before it. */
type Told = Extract<RelayEvent, { notice: unknown }> | { type: 'revoked'; target: RevokedTarget };

const KIND = 'relay';
const POST_MS = 1_500;
/** How long one attempt may hold an event before another process may take it. */
const LEASE_SECONDS = 5;
/** A relay that is started anew is back by then; after that the clock and its first report bring them. */
const AGAIN_MS = [500, 1_000, 2_000];
/** Sockets do not live longer than a relay, and relays are not away for longer. */
const KEPT_HOURS = 24;

/** Writes down what relays have to hear, in the transaction of what has happened. `postRelayEventsSoon` sends it. */
export async function tellRelays(tx: Transaction, ...events: Told[]): Promise<void> {
	if (events.length === 0 || !relayDoor()) return;
	const expiresAt = new Date(Date.now() + KEPT_HOURS * 3_600_000);
	await tx.outboxMessage.createMany({
		data: events.map((event) => ({
			id: uuid(),
			kind: KIND,
			payload: seal(SEALED_FOR, JSON.stringify(event)),
			expiresAt
		}))
	});
}

/** Closes what somebody or something may not have open any more. */
export const revoke = (tx: Transaction, ...targets: RevokedTarget[]): Promise<void> =>
	tellRelays(tx, ...targets.map((target) => ({ type: 'revoked' as const, target })));

/** Posts what was written down, as the work after this request. */
export function postRelayEventsSoon(): void {
	if (!relayDoor()) return;
	defer('post-relay-events', async () => {
		for (const ms of [0, ...AGAIN_MS]) {
			if (ms > 0) await sleep(ms);
			if (!(await postRelayEvents()).more) return;
		}
	});
}

interface Claimed {
	id: string;
	payload: string;
}

/**
 * Posts what is due. Any number of processes may do so at once: events are claimed by one statement. One that
 * comes twice does no harm.
 *
 * @returns how many were taken by the relay, and whether some have to be posted again
 */
export async function postRelayEvents(
	work: Work = UNHURRIED
): Promise<{ posted: number; more: boolean }> {
	const door = relayDoor();
	let posted = 0;
	while (door && work.hasTime()) {
		const claimed = await db.$queryRaw<Claimed[]>`
			UPDATE outbox SET attempts = attempts + 1,
				next_attempt_at = now() + make_interval(secs => ${LEASE_SECONDS})
			WHERE id IN (
				SELECT id FROM outbox WHERE state = 'pending' AND kind = ${KIND} AND next_attempt_at <= now()
				ORDER BY next_attempt_at LIMIT ${WIRE.eventsPerPost} FOR UPDATE SKIP LOCKED
			) RETURNING id, payload`;
		if (claimed.length === 0) return { posted, more: false };
		const ids = claimed.map(({ id }) => id);
		const problem = await deliver(
			door,
			claimed.map(({ payload }) => opened(payload))
		);
		if (problem) {
			await putBack(ids);
			log('warn', 'Relay did not take what it has to hear', { events: ids.length, problem });
			return { posted, more: true };
		}
		await db.outboxMessage.deleteMany({ where: { id: { in: ids } } });
		posted += ids.length;
	}
	return { posted, more: door !== undefined };
}

/** It is tried again soon; what nobody could use any more is forgotten. */
async function putBack(ids: string[]): Promise<void> {
	await db.$executeRaw`
		WITH forgotten AS (DELETE FROM outbox WHERE id = ANY(${ids}::uuid[]) AND expires_at <= now())
		UPDATE outbox SET next_attempt_at = now()
		WHERE id = ANY(${ids}::uuid[]) AND expires_at > now()`;
}

function opened(payload: string): RelayEvent {
	const told = JSON.parse(open(SEALED_FOR, payload)) as Told;
	return told.type === 'revoked' ? { ...told, atMs: Date.now() } : told;
}

/** @returns why it was not taken; nothing when it was */
function deliver(
	door: NonNullable<ReturnType<typeof relayDoor>>,
	events: RelayEvent[]
): Promise<string | undefined> {
	const attributes = { 'coda.outbox.kind': KIND, 'coda.outbox.messages': events.length };
	return tracedAlone({ name: 'deliver relay events', attributes }, async (span) => {
		const problem = await post(door, events);
		const outcome = problem === undefined ? 'sent' : 'failed';
		span.set({ 'coda.outbox.outcome': outcome });
		if (problem !== undefined) span.fail(outcome);
		measuring()?.delivery(KIND, outcome);
		return problem;
	});
}

/** @returns why it was not taken; nothing when it was */
async function post(
	{ address, secret }: NonNullable<ReturnType<typeof relayDoor>>,
	events: RelayEvent[]
): Promise<string | undefined> {
	const body: PostedEvents = { events };
	try {
		const { status } = await sendOutbound(address, {
			method: 'POST',
			headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
			body: JSON.stringify(body),
			namedBy: 'operator',
			isOurs: true,
			timeoutMs: POST_MS
		});
		return status === 202 ? undefined : `It answered ${status}.`;
	} catch (cause) {
		return cause instanceof Error ? cause.message : String(cause);
	}
}
