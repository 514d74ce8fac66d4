import { createHmac } from 'node:crypto';
import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from '@upstash/redis';
import { env } from './env';
import { log } from './log';
import { MemoryWindow, postgresWindow } from './rate-limit-window';
import { refusal } from './refusal';

/** How often something may be done. */
interface Policy {
	tokens: number;
	windowSeconds: number;
	/**
	 * What happens when the counter cannot be reached: `open` lets the request pass, `closed` counts
	 * in this process's memory instead.
	 */
	whenBroken: 'open' | 'closed';
}

/** Every limit on how often, in one table. Windows slide. */
export const POLICIES = {
	/** Calls by someone who is not signed in, per address. */
	anonymous: { tokens: 10, windowSeconds: 10, whenBroken: 'open' },
	/** Attempts to use a sign-in link, per address. */
	signIn: { tokens: 10, windowSeconds: 10, whenBroken: 'closed' },
	/** Attempts to sign in with a password, per account and address. */
	signInPassword: { tokens: 5, windowSeconds: 600, whenBroken: 'closed' },
	/** The same per account from anywhere: above it the answer comes late, so that nobody is locked out. */
	signInPasswordAccount: { tokens: 20, windowSeconds: 600, whenBroken: 'open' },
	/** Attempts to show once more who one is, per person. */
	passwordProof: { tokens: 5, windowSeconds: 600, whenBroken: 'closed' },
	/** Attempts to say which password was chosen when signing up, per link. */
	signUpProof: { tokens: 5, windowSeconds: 600, whenBroken: 'closed' },
	/** Sign-in mails asked for, per account and address. */
	signInMail: { tokens: 3, windowSeconds: 300, whenBroken: 'closed' },
	/** Sign-in mails asked for, per address and whatever the account. */
	signInMailAddress: { tokens: 10, windowSeconds: 10, whenBroken: 'closed' },
	/** Sign-in mails to one account from anywhere: above it they wait, so that nobody is locked out. */
	signInMailAccount: { tokens: 6, windowSeconds: 300, whenBroken: 'open' },
	/** Calls that read, per person. */
	read: { tokens: 300, windowSeconds: 10, whenBroken: 'open' },
	/** Calls that write, per person. */
	write: { tokens: 100, windowSeconds: 10, whenBroken: 'open' }
} satisfies Record<string, Policy>;

/** The name of a limit. */
export type PolicyName = keyof typeof POLICIES;

/** Whether it may be done now, and if not, when. */
export interface Verdict {
	allowed: boolean;
	limit: number;
	remaining: number;
	/** Whole seconds until the next attempt has a chance; 0 when allowed. */
	retryAfterSeconds: number;
}

const TIMEOUT_MS = 800;
const limiters = new Map<PolicyName, Ratelimit>();
const memory = new Map<PolicyName, MemoryWindow>();

function limiterFor(name: PolicyName): Ratelimit {
	const known = limiters.get(name);
	if (known) return known;
	const { tokens, windowSeconds } = POLICIES[name];
	const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, tier } = env();
	const shared = { prefix: `coda:${tier}:${name}`, analytics: false, timeout: 0 };
	const limiter =
		url && token
			? new Ratelimit({
					...shared,
					redis: new Redis({ url, token, enableTelemetry: false, retry: false }),
					limiter: Ratelimit.slidingWindow(tokens, `${windowSeconds} s`)
				})
			: new Ratelimit({
					...shared,
					// The library hands this to our own window, which asks Postgres and never touches it.
					redis: {} as Redis,
					limiter: postgresWindow(tokens, windowSeconds)
				});
	limiters.set(name, limiter);
	return limiter;
}

/** Keys hold addresses and e-mail addresses, so only a keyed hash of them is counted. */
function keyOf(parts: string[]): string {
	return createHmac('sha256', env().AUTH_SECRET ?? 'coda')
		.update(parts.join('\n'))
		.digest('base64url');
}

/**
 * Counts one use of `name` by whoever `parts` name, and says whether it is within the limit. One
 * statement or one round trip; a counter that does not answer within 800 ms is broken.
 */
export async function checkLimit(name: PolicyName, ...parts: string[]): Promise<Verdict> {
	const policy = POLICIES[name];
	const key = keyOf(parts);
	let timer: NodeJS.Timeout | undefined;
	try {
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new Error(`no answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
		});
		return verdict(policy, await Promise.race([limiterFor(name).limit(key), late]));
	} catch (error) {
		log('warn', 'Rate limit counter is out of reach', { policy: name, error });
		if (policy.whenBroken === 'open') return verdict(policy, PASSED);
		const window = memory.get(name) ?? new MemoryWindow(policy.tokens, policy.windowSeconds);
		memory.set(name, window);
		return verdict(policy, window.limit(key));
	} finally {
		clearTimeout(timer);
	}
}

/**
 * Counts one use and refuses it when it is one too many.
 *
 * @throws TOO_MANY_REQUESTS with the seconds to wait
 */
export async function enforceLimit(name: PolicyName, ...parts: string[]): Promise<void> {
	const { allowed, retryAfterSeconds } = await checkLimit(name, ...parts);
	if (!allowed) throw refusal('TOO_MANY_REQUESTS', 'rate.limited', { retryAfterSeconds });
}

/** What counts as an answer when the counter cannot be asked and the policy is open. */
const PASSED = { success: true, remaining: Number.MAX_SAFE_INTEGER, reset: 0 };

/** @param answer of a window; `reset` is a Unix time in milliseconds */
function verdict(policy: Policy, answer: typeof PASSED): Verdict {
	const { success: allowed, remaining, reset } = answer;
	const seconds = Math.ceil((reset - Date.now()) / 1_000);
	return {
		allowed,
		limit: policy.tokens,
		remaining: Math.min(policy.tokens, Math.max(0, remaining)),
		retryAfterSeconds: allowed ? 0 : Math.min(Math.max(1, seconds), policy.windowSeconds)
	};
}
