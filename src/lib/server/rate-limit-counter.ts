import { Ratelimit } from '@upstash/ratelimit';
import type { Redis } from '@upstash/redis';
import { CircuitBreaker } from './circuit-breaker';
import { postgresWindow, RecentKeys, type Answer } from './rate-limit-window';
import { upstashRedis, type UpstashAddress } from './upstash';

/** A counter that takes longer is out of reach: nobody waits longer for being counted. */
const TIMEOUT_MS = 800;

/** What is to be counted, and how much of it fits. */
export interface Use {
	/** The name of the policy. */
	name: string;
	tokens: number;
	windowSeconds: number;
	/** Whose use it is. */
	key: string;
}

/** Where and for which tier uses are counted. */
interface Settings {
	/** Tiers that share a Redis count apart. */
	tier: string;
	/** Absent: the application's own Postgres counts. */
	upstash?: UpstashAddress;
	timeoutMs?: number;
}

/** Where uses are counted for all processes. */
export class LimitCounter {
	readonly breaker = new CircuitBreaker();
	readonly kind: 'upstash' | 'postgres';
	readonly #tier: string;
	readonly #timeoutMs: number;
	readonly #redis: Redis | undefined;
	#windows = new Map<string, { tokens: number; limiter: Ratelimit }>();

	constructor({ tier, upstash, timeoutMs = TIMEOUT_MS }: Settings) {
		this.kind = upstash ? 'upstash' : 'postgres';
		this.#tier = tier;
		this.#timeoutMs = timeoutMs;
		this.#redis = upstash && upstashRedis({ ...upstash, timeoutMs });
	}

	/**
	 * Counts one use: one round trip to Upstash, or one statement. Whoever was refused is remembered
	 * until the window ends, and costs none.
	 *
	 * @throws when the counter does not answer, or not as a counter does, and for a while after that
	 */
	count(use: Use): Promise<Answer> {
		return this.breaker.run(() => inTime(this.#window(use).limit(use.key), this.#timeoutMs));
	}

	#window({ name, tokens, windowSeconds }: Use): Ratelimit {
		const known = this.#windows.get(name);
		// The limits change with the multiplier; what was counted stays where it is.
		if (known?.tokens === tokens) return known.limiter;
		const limiter = new Ratelimit({
			prefix: `coda:${this.#tier}:${name}`,
			analytics: false,
			timeout: 0,
			ephemeralCache: new RecentKeys<number>(),
			// The library hands the client to the window, and ours on Postgres never touches it.
			redis: this.#redis ? believable(this.#redis, tokens) : ({} as Redis),
			limiter: this.#redis
				? Ratelimit.slidingWindow(tokens, `${windowSeconds} s`)
				: postgresWindow(tokens, windowSeconds)
		});
		this.#windows.set(name, { tokens, limiter });
		return limiter;
	}
}

/**
 * The two commands of a sliding window, whose answer is what is left and the limit it was held against.
 * Whatever stands behind the address may answer anything, and the library would take nonsense for a
 * refusal and keep it in mind.
 */
function believable(redis: Redis, tokens: number): Redis {
	const check = (answer: unknown) => {
		const [left, limit] = Array.isArray(answer) ? (answer as unknown[]) : [];
		const isAnswer = Number.isInteger(left) && Number(left) < tokens && limit === tokens;
		if (!isAnswer) throw new Error('The counter answers nonsense.');
		return answer;
	};
	return {
		evalsha: async (...command: Parameters<Redis['evalsha']>) =>
			check(await redis.evalsha(...command)),
		eval: async (...command: Parameters<Redis['eval']>) => check(await redis.eval(...command))
	} as unknown as Redis;
}

async function inTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
	});
	try {
		return await Promise.race([answer, late]);
	} finally {
		clearTimeout(timer);
	}
}
