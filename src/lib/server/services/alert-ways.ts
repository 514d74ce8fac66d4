import type { WebhookKind } from '../alert-words';
import { db, type Transaction } from '../db';
import { env } from '../env';
import type { ChannelKind } from '../prisma/client';
import { open, seal, sealedAnew } from '../seal';

/** The channel that the environment names. It is in no table, and cannot be taken away. */
export const ENVIRONMENT_CHANNEL = 'environment';

/** How long a message that was not taken waits, by how often it was tried. */
export const BACK_OFF_SECONDS = [10, 30, 60, 120, 300, 600, 1_800];

/** How long one attempt may hold a message before another process may take it. */
export const LEASE_SECONDS = 30;

/** How often a message is tried that a channel refuses for what it is, while it takes others. */
export const REFUSED_TRIES = 3;

/** How the problem begins of a message that was refused for what it is. */
export const REFUSED = 'It refused the message';

/** What addresses and secrets of channels are sealed for. */
const SEALED_FOR = 'alert-channel';

/** A channel, with what it takes to use it. */
export interface WayOut {
	id: string;
	/** What alerts about the channel itself call it. */
	name: string;
	kind: ChannelKind;
	/** An address of mail or of the web; none for a mail to every admin. */
	target: string | null;
	/** What requests are signed with. */
	secret: string | null;
	namedBy: 'person' | 'operator';
}

/** Every channel that alerts go to. */
export async function waysOut(tx: Transaction = db): Promise<WayOut[]> {
	const rows = await tx.alertChannel.findMany({
		orderBy: { createdAt: 'asc' },
		select: { id: true, name: true, kind: true, target: true, secret: true }
	});
	const ways = rows.map(({ id, name, kind, target, secret }) => ({
		...{ id, name, kind },
		target: opened(target),
		secret: opened(secret),
		namedBy: 'person' as const
	}));
	const given = environmentWay();
	return given ? [...ways, given] : ways;
}

/** What ALERT_WEBHOOK_URL names, in the form that its host takes. */
function environmentWay(): WayOut | undefined {
	const { ALERT_WEBHOOK_URL: target, ALERT_WEBHOOK_SECRET: secret = null } = env();
	if (!target) return undefined;
	return {
		id: ENVIRONMENT_CHANNEL,
		name: ENVIRONMENT_CHANNEL,
		kind: kindByHost(new URL(target).hostname),
		...{ target, secret },
		namedBy: 'operator'
	};
}

function kindByHost(host: string): WebhookKind {
	if (host === 'hooks.slack.com') return 'slack';
	if (/(^|\.)discord(app)?\.com$/.test(host)) return 'discord';
	return /(^|\.)ntfy\./.test(host) ? 'ntfy' : 'json';
}

/** Who gets the mails of a channel. */
export async function mailedTo(tx: Transaction, { target }: WayOut): Promise<string[]> {
	if (target !== null) return target ? [target] : [];
	const admins = await tx.user.findMany({
		where: { role: 'admin', disabledAt: null },
		select: { email: true }
	});
	return admins.map(({ email }) => email);
}

/** What cannot be opened leads nowhere, which is told as a failure of that channel: the others go on. */
function opened(sealed: string | null): string | null {
	if (sealed === null) return null;
	try {
		return open(SEALED_FOR, sealed);
	} catch {
		// AUTH_SECRET was replaced, and the one before it is not there.
		return '';
	}
}

/** Seals addresses and secrets anew that an older AUTH_SECRET sealed. @returns how many channels */
export async function resealChannels(): Promise<number> {
	const rows = await db.alertChannel.findMany({ select: { id: true, target: true, secret: true } });
	let resealed = 0;
	for (const { id, target, secret } of rows) {
		const data = { target: anew(target), secret: anew(secret) };
		if (data.target === undefined && data.secret === undefined) continue;
		resealed += (await db.alertChannel.updateMany({ where: { id }, data })).count;
	}
	return resealed;
}

function anew(sealed: string | null): string | undefined {
	try {
		return sealed === null ? undefined : sealedAnew(SEALED_FOR, sealed);
	} catch {
		// Nobody can open it any more: the page says so, and it is added anew.
		return undefined;
	}
}

/** A text of a channel, sealed for the table. */
export const sealForChannel = (text: string): string => seal(SEALED_FOR, text);
