import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { openingSecrets } from '../env';
import { db, type Transaction } from '../db';
import { log } from '../log';
import type { RequestOrigin } from '../request-context';
import { open, seal, sealedAnew } from '../seal';

/*
 * One key for each person, under which the personal fields of their audit entries are encrypted. The
 * key is a row that goes with the account: from then on nobody can read those fields, while the
 * entries and their chain stay as they are.
 */

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** What the stored key is sealed for. */
const PURPOSE = 'audit-key';

/** Keys that this process remembers, and for how long: a key that was destroyed must not live on here. */
const KNOWN_MAX = 1_000;
const KNOWN_MS = 10 * 60_000;
const known = new Map<string, { key: Buffer; until: number }>();

/** Keys that were made in a transaction which may still be rolled back. */
const made = new WeakMap<Transaction, Map<string, Buffer>>();

/**
 * The key of a person, made at its first use. It costs a statement when this process has not seen the
 * person for a while. Only a key that is committed is remembered beyond the transaction.
 *
 * @returns nothing for an account that is no longer there, and when AUTH_SECRET does not open the key
 */
export async function keyFor(tx: Transaction, userId: string): Promise<Buffer | undefined> {
	const remembered = known.get(userId);
	if (remembered && remembered.until > Date.now()) return remembered.key;
	return made.get(tx)?.get(userId) ?? findOrMakeKey(tx, userId);
}

/** Two first uses at once wait for each other: the later one takes the key of the earlier one. */
async function findOrMakeKey(tx: Transaction, userId: string): Promise<Buffer | undefined> {
	const fresh = randomBytes(KEY_BYTES);
	const sealed = sealKey(fresh);
	if (!sealed) return undefined;
	const [found] = await tx.$queryRaw<{ key: string; isNew: boolean }[]>`
		WITH found AS (SELECT key FROM audit_keys WHERE user_id = ${userId}::uuid),
		made AS (
			INSERT INTO audit_keys (user_id, key)
			SELECT id, ${sealed} FROM users WHERE id = ${userId}::uuid AND NOT EXISTS (SELECT FROM found)
			ON CONFLICT (user_id) DO NOTHING
			RETURNING key
		)
		SELECT key, false AS "isNew" FROM found UNION ALL SELECT key, true FROM made`;
	if (found?.isNew) {
		made.set(tx, (made.get(tx) ?? new Map<string, Buffer>()).set(userId, fresh));
		return fresh;
	}
	// Another transaction made it between the two halves of the statement, and has committed it.
	const row = found ?? (await tx.auditKey.findUnique({ where: { userId }, select: { key: true } }));
	const key = row ? openKey(row.key) : undefined;
	if (key) remember(userId, key);
	return key;
}

function remember(userId: string, key: Buffer): void {
	known.delete(userId);
	known.set(userId, { key, until: Date.now() + KNOWN_MS });
	const [oldest] = known.keys();
	if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
}

const RESEAL_PAGE = 1_000;

/**
 * Seals the keys with AUTH_SECRET that were sealed with one that it took the place of, so that the older
 * one can go. @returns how many there were
 */
export async function resealKeys(): Promise<number> {
	if (openingSecrets().length < 2) return 0;
	let [total, last] = [0, '00000000-0000-0000-0000-000000000000'];
	for (;;) {
		const rows = await db.auditKey.findMany({
			where: { userId: { gt: last } },
			orderBy: { userId: 'asc' },
			take: RESEAL_PAGE,
			select: { userId: true, key: true }
		});
		const stale = rows.flatMap(({ userId, key }) => {
			const anew = sealKeyAnew(key);
			return anew ? [{ userId, key, anew }] : [];
		});
		total += await db.$executeRaw`
			UPDATE audit_keys AS k SET key = given.anew
			FROM unnest(${stale.map(({ userId }) => userId)}::uuid[], ${stale.map(({ key }) => key)}::text[],
				${stale.map(({ anew }) => anew)}::text[]) AS given (user_id, key, anew)
			WHERE k.user_id = given.user_id AND k.key = given.key`;
		last = rows.at(-1)?.userId ?? last;
		if (rows.length < RESEAL_PAGE) return total;
	}
}

function sealKeyAnew(sealed: string): string | undefined {
	try {
		return sealedAnew(PURPOSE, sealed);
	} catch (error) {
		log('error', 'Audit key could not be opened: is the secret that sealed it gone?', { error });
		return undefined;
	}
}

/** A change must not fail because its audit entry cannot say where it came from. */
function sealKey(key: Buffer): string | undefined {
	try {
		return seal(PURPOSE, key.toString('base64'));
	} catch (error) {
		log('error', 'Audit key could not be sealed', { error });
		return undefined;
	}
}

function openKey(sealed: string): Buffer | undefined {
	try {
		return Buffer.from(open(PURPOSE, sealed), 'base64');
	} catch (error) {
		log('error', 'Audit key could not be opened: is the secret that sealed it gone?', { error });
		return undefined;
	}
}

/** Encrypts where an act came from (AES-256-GCM). @param entryId the entry that it belongs to, and to no other */
export function sealOrigin(key: Buffer, entryId: string, origin: RequestOrigin): string {
	const iv = randomBytes(IV_BYTES);
	const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(entryId));
	const body = Buffer.concat([cipher.update(JSON.stringify(origin), 'utf8'), cipher.final()]);
	return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

/** An entry with the key that its personal fields were encrypted under, as it lies in the database. */
export interface SealedEntry {
	id: string;
	personal: string | null;
	/** Missing once its person is gone. */
	key: string | null;
}

/** Reads where acts came from; each sealed key is opened once. */
export function originReader(): (entry: SealedEntry) => RequestOrigin | undefined {
	const opened = new Map<string, Buffer | undefined>();
	return ({ id, personal, key: sealed }) => {
		if (!personal || !sealed) return undefined;
		if (!opened.has(sealed)) opened.set(sealed, openKey(sealed));
		const key = opened.get(sealed);
		return key && openOrigin(key, id, personal);
	};
}

function openOrigin(key: Buffer, entryId: string, personal: string): RequestOrigin | undefined {
	const bytes = Buffer.from(personal, 'base64url');
	try {
		const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES));
		decipher.setAAD(Buffer.from(entryId));
		decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
		const body = bytes.subarray(IV_BYTES + TAG_BYTES);
		const text = Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
		return JSON.parse(text) as RequestOrigin;
	} catch {
		// Altered, or of another entry: it says nothing. Verifying the chain says which entry it is.
		return undefined;
	}
}
