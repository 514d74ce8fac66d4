import { randomBytes } from 'node:crypto';
import type { AddChannel, ChannelId } from '$lib/schemas/alerts';
import { db } from '../db';
import { checkOutbound, OutboundError } from '../outbound';
import type { ChannelKind } from '../prisma/client';
import { fieldRefusal, refusal } from '../refusal';
import type { Actor } from './actor';
import { REFUSED, sealForChannel, waysOut } from './alert-ways';
import { recordAudit } from './audit';

/** A channel as an admin sees it. */
export interface ListedChannel {
	id: string;
	kind: ChannelKind;
	name: string;
	/** Where it leads, without what is secret of it. */
	leadsTo: string;
	canBeRemoved: boolean;
	/** What became of its last message. */
	last: { state: string; attempts: number; at: Date; error: string | null } | null;
	/** Messages of the last day that it refused for what they are, and what it said of the last one. */
	refused: { messages: number; error: string } | null;
}

interface LastMessage {
	channel: string;
	state: string;
	attempts: number;
	at: Date;
	error: string | null;
}

interface RefusedMessages {
	channel: string;
	messages: number;
	error: string;
}

/** The channels, what became of the last message of each, and what it refused. */
export async function listChannels(_admin: Actor): Promise<ListedChannel[]> {
	const ways = await waysOut();
	const [messages, refusals] = await Promise.all([
		db.$queryRaw<LastMessage[]>`
			SELECT last.* FROM unnest(${ways.map(({ id }) => id)}::text[]) AS channel CROSS JOIN LATERAL (
				SELECT recipient AS channel, state::text, attempts, coalesce(sent_at, created_at) AS at,
					last_error AS error
				FROM outbox WHERE recipient = channel AND kind = 'alert' ORDER BY created_at DESC LIMIT 1
			) AS last`,
		db.$queryRaw<RefusedMessages[]>`
			SELECT recipient AS channel, count(*)::int AS messages,
				(array_agg(last_error ORDER BY created_at DESC))[1] AS error
			FROM outbox WHERE kind = 'alert' AND state = 'failed' AND starts_with(last_error, ${REFUSED})
				AND created_at > now() - interval '1 day'
			GROUP BY recipient`
	]);
	return ways.map(({ id, kind, name, target, namedBy }) => {
		const message = messages.find(({ channel }) => channel === id);
		const refused = refusals.find(({ channel }) => channel === id);
		return {
			...{ id, kind },
			name: namedBy === 'operator' ? 'From the environment' : name,
			leadsTo: kind === 'mail' ? (target ?? 'every admin') || 'nowhere' : hostOf(target),
			canBeRemoved: namedBy === 'person',
			last: message
				? {
						state: message.state,
						attempts: message.attempts,
						at: message.at,
						error: message.error
					}
				: null,
			refused: refused ? { messages: refused.messages, error: refused.error } : null
		};
	});
}

const hostOf = (target: string | null): string =>
	target && URL.canParse(target) ? new URL(target).host : 'nowhere';

/**
 * Adds a channel. The secret of a webhook is told here and never again.
 *
 * @throws BAD_REQUEST at `target` for an address that may not be asked
 */
export async function addChannel(
	admin: Actor,
	{ kind, name, target }: AddChannel
): Promise<ChannelId & { secret: string | null }> {
	if (kind !== 'mail') await refuseUnsafe(target);
	const secret = kind === 'mail' ? null : randomBytes(32).toString('base64url');
	return db.$transaction(async (tx) => {
		const { id } = await tx.alertChannel.create({
			data: {
				...{ kind, name },
				target: target ? sealForChannel(target) : null,
				secret: secret && sealForChannel(secret)
			},
			select: { id: true }
		});
		await recordAudit(tx, admin, {
			action: 'alert.addChannel',
			targetKind: 'alertChannel',
			targetId: id,
			details: { kind }
		});
		return { id, secret };
	});
}

/** An address that leads inward, or nowhere, is refused before it is kept; sending looks again each time. */
async function refuseUnsafe(target: string): Promise<void> {
	try {
		await checkOutbound(target, { namedBy: 'person' });
	} catch (cause) {
		if (!(cause instanceof OutboundError)) throw cause;
		throw fieldRefusal('target', 'channel.address', { why: cause.message });
	}
}

/** Takes a channel away, with what waits for it. @throws NOT_FOUND */
export async function removeChannel(admin: Actor, { id }: ChannelId): Promise<ChannelId> {
	await db.$transaction(async (tx) => {
		const { count } = await tx.alertChannel.deleteMany({ where: { id } });
		if (count === 0) throw refusal('NOT_FOUND', 'channel.notFound');
		await tx.outboxMessage.deleteMany({
			where: { kind: 'alert', recipient: id, state: 'pending' }
		});
		await recordAudit(tx, admin, {
			action: 'alert.removeChannel',
			targetKind: 'alertChannel',
			targetId: id
		});
	});
	return { id };
}
