import { LIMITS } from '$lib/limits';
import { db, type Transaction } from '../db';
import type { EmailLink, EmailLinkPurpose } from '../prisma/client';
import { refusal } from '../refusal';
import { hashToken, newToken } from './token';

/** What a link carries besides its token. */
interface LinkContent {
	purpose: EmailLinkPurpose;
	/** The address that it is sent to, in lower case. */
	email: string;
	/** The account that it is about, when there is one. */
	userId?: string;
	/** A path of this site to go on to. */
	callbackUrl?: string;
	/** The password that was chosen at sign-up. */
	passwordHash?: string;
}

/** What a link that was used up said. */
export type UsedLink = Pick<EmailLink, 'email' | 'userId' | 'callbackUrl' | 'passwordHash'>;

/**
 * Makes a link that works once, for ten minutes.
 *
 * @returns its token, to be put into the mail, and when it ends
 */
export async function createEmailLink(
	tx: Transaction,
	content: LinkContent
): Promise<{ token: string; expiresAt: Date }> {
	const token = newToken();
	const expiresAt = new Date(Date.now() + LIMITS.signInMinutes * 60_000);
	await tx.emailLink.create({
		data: { ...content, tokenHash: hashToken(token), expiresAt },
		select: { id: true }
	});
	return { token, expiresAt };
}

/** What a link would do. Reading it, as mail scanners do, does not use it up. */
export async function readEmailLink(
	purpose: EmailLinkPurpose,
	token: string
): Promise<Pick<EmailLink, 'email' | 'userId'> | undefined> {
	const found = await db.emailLink.findFirst({
		where: { purpose, tokenHash: hashToken(token), ...stillValid() },
		select: { email: true, userId: true }
	});
	return found ?? undefined;
}

/** The password that waits in a link of a sign-up, as a hash. */
export async function readChosenPassword(token: string): Promise<string | undefined> {
	const found = await db.emailLink.findFirst({
		where: { purpose: 'verify_email', tokenHash: hashToken(token), ...stillValid() },
		select: { passwordHash: true }
	});
	return found?.passwordHash ?? undefined;
}

/** Uses a link up, in one statement. @throws BAD_REQUEST when it is used, expired or unknown */
export async function takeEmailLink(
	tx: Transaction,
	purpose: EmailLinkPurpose,
	token: string
): Promise<UsedLink> {
	const [used] = await tx.emailLink.updateManyAndReturn({
		where: { purpose, tokenHash: hashToken(token), ...stillValid() },
		data: { usedAt: new Date() },
		select: { email: true, userId: true, callbackUrl: true, passwordHash: true }
	});
	if (!used) throw refusal('BAD_REQUEST', 'link.invalid');
	return used;
}

const stillValid = () => ({ usedAt: null, expiresAt: { gt: new Date() } });
