import type { Ratelimit } from '@upstash/ratelimit';
import { db } from './db';
import { Prisma } from './prisma/client';
import { inBatches, type Purged, type Work } from './services/batches';

/** What a window answers, in the shape of `@upstash/ratelimit`. */
export interface Answer {
	success: boolean;
	limit: number;
	remaining: number;
	/** Unix time in milliseconds at which the current window ends. */
	reset: number;
	pending: Promise<unknown>;
}

/** A way to count, as the constructor of `Ratelimit` takes it. */
type Limiter = ConstructorParameters<typeof Ratelimit>[0]['limiter'];

/** Where a time lies among windows of one length. */
function windowAt(now: number, windowMs: number) {
	const index = Math.floor(now / windowMs);
	return { index, elapsed: (now % windowMs) / windowMs, reset: (index + 1) * windowMs };
}

/**
 * The sliding window of `@upstash/ratelimit` on Postgres: the uses in this window plus the share of
 * the last one that still counts. Each check is one statement, so that parallel checks cannot pass
 * each other. A refused use is not counted, and whoever was refused is not asked for again until the
 * window ends. Windows go by the clock of each process: a row that another, whose clock is ahead, has
 * taken into the next window stays there, at its beginning. One that is further ahead was a mistake.
 */
export function postgresWindow(tokens: number, windowSeconds: number): Limiter {
	const windowMs = windowSeconds * 1_000;
	return () => ({
		async limit({ cache }, key, uses = 1): Promise<Answer> {
			const { index, elapsed, reset } = windowAt(Date.now(), windowMs);
			const known = cache?.isBlocked(key);
			if (known?.blocked) return refused(tokens, known.reset);
			const expires = new Date(reset + windowMs);
			const ahead = Prisma.sql`r."window" = ${index + 1}`;
			const share = Prisma.sql`CASE WHEN ${ahead} THEN 1 ELSE ${1 - elapsed}::float8 END`;
			// What the stored row means in the present window.
			const previous = Prisma.sql`CASE r."window" WHEN ${index} THEN r.previous WHEN ${index + 1} THEN r.previous WHEN ${index - 1} THEN r.current ELSE 0 END`;
			const current = Prisma.sql`CASE r."window" WHEN ${index} THEN r.current WHEN ${index + 1} THEN r.current ELSE 0 END`;
			const fits = Prisma.sql`floor((${previous}) * (${share})) + (${current}) + ${uses} <= ${tokens}`;
			const [row] = await db.$queryRaw<{ allowed: boolean; used: number }[]>`
				INSERT INTO rate_limits AS r (key, "window", current, previous, allowed, expires_at)
				VALUES (${key}, ${index}, ${uses}, 0, true, ${expires})
				ON CONFLICT (key) DO UPDATE SET
					"window" = CASE WHEN ${ahead} THEN r."window" ELSE ${index} END,
					previous = ${previous},
					current = ${current} + CASE WHEN ${fits} THEN ${uses} ELSE 0 END,
					allowed = ${fits},
					expires_at = CASE WHEN ${ahead} THEN r.expires_at ELSE ${expires} END
				RETURNING allowed, (floor(previous * (${share})) + current)::int AS used`;
			const success = row?.allowed ?? true;
			if (!success) {
				cache?.blockUntil(key, reset);
				return refused(tokens, reset);
			}
			const remaining = tokens - (row?.used ?? uses);
			return { success, limit: tokens, remaining, reset, pending: Promise.resolve() };
		},
		async getRemaining(_, key) {
			const { index, elapsed, reset } = windowAt(Date.now(), windowMs);
			const row = await db.rateLimit.findUnique({ where: { key } });
			const age = row ? index - Number(row.window) : 2;
			const isPresent = age === 0 || age === -1;
			const current = isPresent ? (row?.current ?? 0) : 0;
			const previous = isPresent ? (row?.previous ?? 0) : age === 1 ? (row?.current ?? 0) : 0;
			const used = Math.floor(previous * (age === -1 ? 1 : 1 - elapsed)) + current;
			return { remaining: Math.max(0, tokens - used), reset, limit: tokens };
		},
		async resetTokens(_, key) {
			await db.rateLimit.deleteMany({ where: { key } });
		}
	});
}

const refused = (limit: number, reset: number): Answer => ({
	success: false,
	limit,
	remaining: 0,
	reset,
	pending: Promise.resolve()
});

/** How many keys a process keeps in mind. Beyond that the oldest is forgotten: a flood costs no memory. */
const KEYS = 50_000;

/** A map of the keys that were met last. */
export class RecentKeys<Value> extends Map<string, Value> {
	override set(key: string, value: Value): this {
		if (this.size >= KEYS && !this.has(key)) {
			for (const oldest of this.keys()) {
				this.delete(oldest);
				break;
			}
		}
		return super.set(key, value);
	}
}

/** The same window in the memory of one process: what counts while the real counter is out of reach. */
export class MemoryWindow {
	#counts = new RecentKeys<{ index: number; current: number; previous: number }>();

	constructor(readonly windowSeconds: number) {}

	/** @param tokens how many uses fit into the window */
	limit(key: string, tokens: number): Answer {
		const { index, elapsed, reset } = windowAt(Date.now(), this.windowSeconds * 1_000);
		const known = this.#counts.get(key);
		const age = known ? index - known.index : 2;
		const current = age === 0 ? (known?.current ?? 0) : 0;
		const previous = age === 0 ? (known?.previous ?? 0) : age === 1 ? (known?.current ?? 0) : 0;
		const used = Math.floor(previous * (1 - elapsed)) + current;
		const success = used + 1 <= tokens;
		this.#counts.set(key, { index, previous, current: current + (success ? 1 : 0) });
		const remaining = Math.max(0, tokens - used - (success ? 1 : 0));
		return { success, limit: tokens, remaining, reset, pending: Promise.resolve() };
	}
}

/** Forgets windows that no longer count. */
export function purgeRateLimits(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM rate_limits WHERE key IN (
				SELECT key FROM rate_limits WHERE expires_at < now() LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
