import { randomUUID } from 'node:crypto';
import { parse, stringify } from 'devalue';
import { CircuitBreaker, CircuitOpenError } from './circuit-breaker';
import { count } from './counters';
import { env } from './env';
import { log } from './log';
import { mayReadBehind } from './replica';
import { upstashRedis } from './upstash';

/*
 * First pages of boards, kept in Redis where there is one. Every page carries the edition of the board that it
 * was made from, and each change of the person makes a new edition: a page of an older one is never shown.
 */

/** A page is kept this long: the bound for a change that could not be noted because Redis was away. */
const PAGE_SECONDS = 30;
const EDITION_SECONDS = 86_400;
const TIMEOUT_MS = 300;
/** What is kept begins with it: Upstash's client takes apart whatever looks like JSON. */
const MARK = 'page:';
/** A first page of fifty ideas has some 30 kB; what is larger is not worth the way. */
const PAGE_CHARS = 100_000;

const breaker = new CircuitBreaker();

function redis() {
	const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env();
	if (!url || !token) return undefined;
	return upstashRedis({ url, token, timeoutMs: TIMEOUT_MS, answerBytes: 2 * PAGE_CHARS });
}

const editionKey = (userId: string) => `coda:board:${userId}:edition`;
const pageKey = (userId: string, view: string) => `coda:board:${userId}:page:${view}`;

/**
 * A page of the person's board, from Redis when nothing has changed since it was made. The edition is read
 * before the database is: a change that comes between the two makes the page old at once. What a replica gave is
 * not kept: it may lack the change that made the edition.
 *
 * @param view names the page among the person's pages
 */
export async function cachedBoardPage<T>(
	{ userId, view }: { userId: string; view: string },
	compute: () => Promise<T>
): Promise<T> {
	const client = redis();
	if (!client) return compute();
	const found = await quietly(() =>
		client.mget<[string | null, string | null]>(editionKey(userId), pageKey(userId, view))
	);
	if (!found) return compute();
	const [edition, kept] = found;
	const hit = edition ? pageOf<T>(kept, edition) : undefined;
	if (hit) {
		count('board.cached');
		return hit.page;
	}
	count('board.computed');
	if (mayReadBehind()) return compute();
	const present = edition ?? (await quietly(() => firstEdition(client, userId)));
	const page = await compute();
	const text = present ? MARK + stringify({ edition: present, page }) : '';
	if (text && text.length <= PAGE_CHARS) {
		await quietly(() => client.set(pageKey(userId, view), text, { ex: PAGE_SECONDS }));
	}
	return page;
}

/** Makes every kept page of these people old. It is awaited: the answer to a change comes after it. */
export async function renewBoards(userIds: readonly string[]): Promise<void> {
	const client = redis();
	if (!client) return;
	for (const userId of userIds) {
		await quietly(() => client.set(editionKey(userId), randomUUID(), { ex: EDITION_SECONDS }));
	}
}

/** Of several that begin at once one wins, and all take its edition. */
async function firstEdition(client: ReturnType<typeof upstashRedis>, userId: string) {
	const edition = randomUUID();
	const isFirst = await client.set(editionKey(userId), edition, { ex: EDITION_SECONDS, nx: true });
	return isFirst ? edition : ((await client.get<string>(editionKey(userId))) ?? undefined);
}

function pageOf<T>(kept: string | null, edition: string): { page: T } | undefined {
	if (typeof kept !== 'string' || !kept.startsWith(MARK)) return undefined;
	try {
		const value = parse(kept.slice(MARK.length)) as { edition: string; page: T };
		return value.edition === edition ? value : undefined;
	} catch {
		// Another release wrote it otherwise: it is made anew.
		return undefined;
	}
}

/** Redis makes boards quicker; a board without it is as right. */
async function quietly<T>(ask: () => Promise<T>): Promise<T | undefined> {
	try {
		return await breaker.run(ask);
	} catch (error) {
		if (!(error instanceof CircuitOpenError)) log('warn', 'Board cache did not answer', { error });
		return undefined;
	}
}
