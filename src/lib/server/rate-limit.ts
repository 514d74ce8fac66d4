import { createHmac } from 'node:crypto';
import { CircuitOpenError, type BreakerState } from './circuit-breaker';
import { count } from './counters';
import { env } from './env';
import { log } from './log';
import { measuring } from './measures';
import { LimitCounter, type Use } from './rate-limit-counter';
import { noteVerdict } from './rate-limit-headers';
import { MemoryWindow, type Answer } from './rate-limit-window';
import { refusal } from './refusal';
import { RefusedKeys } from './refused-keys';

/** How often something may be done. */
interface Policy {
	tokens: number;
	windowSeconds: number;
	/**
	 * What happens when the counter cannot be reached: `open` lets the request pass, `closed` counts
	 * in this process's memory instead.
	 */
	whenBroken: 'open' | 'closed';
	/**
	 * What comes beyond that in one second, from whomever and without those refused, is counted in this process's
	 * memory, beside what the counter knows: a flood costs the counter no more. For what anyone may send without
	 * waiting for it.
	 */
	countedPerSecond?: number;
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
	/** Mails that a person's own acts send, per person. */
	mail: { tokens: 10, windowSeconds: 10, whenBroken: 'closed' },
	/** Links to a new address asked for, per person. */
	emailChange: { tokens: 3, windowSeconds: 300, whenBroken: 'closed' },
	/** Downloads of much at once, per person. */
	export: { tokens: 10, windowSeconds: 10, whenBroken: 'open' },
	/** Views of pages, per address: above it they are not counted. */
	pageView: { tokens: 30, windowSeconds: 60, whenBroken: 'open', countedPerSecond: 50 },
	/** Measurements of pages, per address: above it they are not kept. */
	webVitals: { tokens: 30, windowSeconds: 60, whenBroken: 'open', countedPerSecond: 50 },
	/** Errors that browsers tell of, per address: above it they are not kept. */
	browserError: { tokens: 30, windowSeconds: 60, whenBroken: 'closed', countedPerSecond: 50 },
	/** Problems reported, per person, or per address of whoever is not signed in. */
	problem: { tokens: 5, windowSeconds: 600, whenBroken: 'closed' },
	/** What monitors outside say of Coda, per address. */
	outsideSignal: { tokens: 60, windowSeconds: 60, whenBroken: 'closed' },
	/** Computers that ask to be paired, per address. */
	pairingStart: { tokens: 10, windowSeconds: 600, whenBroken: 'closed' },
	/** Their polls, per address: each computer is held to its own interval besides. */
	pairingPoll: { tokens: 100, windowSeconds: 10, whenBroken: 'open' },
	/** Codes tried at the page for pairing, per person and address. */
	pairingCode: { tokens: 5, windowSeconds: 600, whenBroken: 'closed' },
	/** The same per address, whoever tries: many accounts of one person guess no more than a few people. */
	pairingCodeAddress: { tokens: 30, windowSeconds: 600, whenBroken: 'closed' },
	/** The same per person from anywhere: above it the answer comes late, so that nobody is locked out. */
	pairingCodePerson: { tokens: 20, windowSeconds: 600, whenBroken: 'open' },
	/** What a paired computer asks, per computer. */
	runner: { tokens: 60, windowSeconds: 10, whenBroken: 'open' },
	/** Times that a computer connects, per computer and address: beyond it none is recorded. */
	runnerConnect: { tokens: 1, windowSeconds: 3_600, whenBroken: 'closed' },
	/** Wrong proofs of a computer whose credential is right, per computer: beyond them none is recorded. */
	runnerProof: { tokens: 5, windowSeconds: 600, whenBroken: 'closed' },
	/** Times that a computer tells of faults of its runner, per computer: beyond it none is kept. */
	runnerFaults: { tokens: 10, windowSeconds: 3_600, whenBroken: 'closed' },
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
	/** Whole seconds until the present window ends. */
	resetSeconds: number;
	/** False when nobody counted, because the counter was out of reach. */
	counted: boolean;
}

const MULTIPLIERS = { least: 0.1, most: 10 };

let multiplierNow: () => number = () => 1;

/**
 * Says where the factor comes from by which all limits are multiplied: 0.5 halves them. It is asked at
 * each check, so it has to know the answer already.
 */
export function setRateMultiplierSource(source: () => number): void {
	multiplierNow = source;
}

/** How much fits at the moment: the policy's tokens times the multiplier, and never nothing. */
function tokensNow({ tokens }: Policy): number {
	const multiplier = multiplierNow();
	if (!Number.isFinite(multiplier)) return tokens;
	const bounded = Math.min(Math.max(multiplier, MULTIPLIERS.least), MULTIPLIERS.most);
	return Math.max(1, Math.round(tokens * bounded));
}

/** Checks uses against the table above. */
export class RateLimiter {
	#memory = new Map<PolicyName, MemoryWindow>();
	/** How often each was asked for in a second. */
	#asked = new Map<PolicyName, { second: number; uses: number }>();

	/** @param refused who was refused, where it is not Postgres that counted */
	constructor(
		readonly counter: LimitCounter,
		readonly refused = new RefusedKeys()
	) {}

	/** Counts one use of `name` by whoever `parts` name, and says whether it is within the limit. */
	async check(name: PolicyName, ...parts: string[]): Promise<Verdict> {
		const policy: Policy = POLICIES[name];
		const tokens = tokensNow(policy);
		const { windowSeconds, whenBroken } = policy;
		const key = keyOf(parts);
		const use = { name, windowSeconds, key };
		const inMemory = () => {
			const answer = this.#windowOf(name).limit(key, tokens);
			if (!answer.success) this.#noteRefused(answer, use);
			return verdictOf(answer, windowSeconds);
		};
		if (this.#isFlood(name, policy)) return inMemory();
		try {
			const answer = await this.counter.count({ name, tokens, windowSeconds, key });
			// Whoever was refused costs the counter nothing from then on.
			if (!answer.success) this.#takeBack(name);
			if (!answer.success && this.counter.kind === 'upstash') this.#noteRefused(answer, use);
			return verdictOf(answer, windowSeconds);
		} catch (error) {
			this.#report(name, error);
			count(whenBroken === 'open' ? 'limits.uncounted' : 'limits.inMemory');
			if (whenBroken === 'open') return passed(tokens);
			return inMemory();
		}
	}

	#isFlood(name: PolicyName, { countedPerSecond = Infinity }: Policy): boolean {
		if (countedPerSecond === Infinity) return false;
		const second = Math.floor(performance.now() / 1_000);
		const asked = this.#asked.get(name);
		const uses = asked?.second === second ? asked.uses + 1 : 1;
		this.#asked.set(name, { second, uses });
		return uses > countedPerSecond;
	}

	#windowOf(name: PolicyName): MemoryWindow {
		const known = this.#memory.get(name);
		if (known) return known;
		const window = new MemoryWindow(POLICIES[name].windowSeconds);
		this.#memory.set(name, window);
		return window;
	}

	#takeBack(name: PolicyName) {
		const asked = this.#asked.get(name);
		if (asked) asked.uses -= 1;
	}

	/** Whoever was refused counts until the window after it ends, as where Postgres counts. */
	#noteRefused({ reset }: Answer, { name, windowSeconds, key }: Omit<Use, 'tokens'>) {
		const until = new Date(reset + windowSeconds * 1_000);
		this.refused.add(`refused:${name}:${key}`, until);
	}

	/** One line for each time that the counter was really asked, not for each use in between. */
	#report(policy: PolicyName, error: unknown) {
		if (error instanceof CircuitOpenError) return;
		log('warn', 'Rate limit counter is out of reach', { policy, error });
	}
}

let limiter: RateLimiter | undefined;

function rateLimiter(): RateLimiter {
	return (limiter ??= new RateLimiter(configuredCounter()));
}

function configuredCounter(): LimitCounter {
	const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, tier } = env();
	return new LimitCounter({ tier, upstash: url && token ? { url, token } : undefined });
}

/** Where uses are counted, and whether that works; `closed` is well. */
export function limitsState(): { kind: string; state: BreakerState; lastError: string | null } {
	const { kind, breaker } = rateLimiter().counter;
	return { kind, state: breaker.state, lastError: breaker.lastError };
}

/**
 * Counts one use of `name` by whoever `parts` name, and says whether it is within the limit. One
 * statement or one round trip, at most 800 ms; in a flood of reports and while the counter is out of reach, neither.
 */
export async function checkLimit(name: PolicyName, ...parts: string[]): Promise<Verdict> {
	const verdict = await rateLimiter().check(name, ...parts);
	if (!verdict.allowed) measuring()?.refusal(name);
	return verdict;
}

/**
 * Counts one use and refuses it when it is one too many. The answer's headers tell the caller.
 *
 * @throws TOO_MANY_REQUESTS with the seconds to wait
 */
export async function enforceLimit(name: PolicyName, ...parts: string[]): Promise<void> {
	const verdict = await checkLimit(name, ...parts);
	noteVerdict({ name, windowSeconds: POLICIES[name].windowSeconds, ...verdict });
	const { allowed, retryAfterSeconds } = verdict;
	if (!allowed) throw refusal('TOO_MANY_REQUESTS', 'rate.limited', { retryAfterSeconds });
}

/** Keys hold addresses and e-mail addresses, so only a keyed hash of them is counted. */
function keyOf(parts: string[]): string {
	return createHmac('sha256', env().AUTH_SECRET ?? 'coda')
		.update(parts.join('\n'))
		.digest('base64url');
}

function verdictOf({ success, limit, remaining, reset }: Answer, windowSeconds: number): Verdict {
	const seconds = Math.ceil((reset - Date.now()) / 1_000);
	const resetSeconds = Math.min(Math.max(1, seconds), windowSeconds);
	return {
		allowed: success,
		limit,
		remaining: Math.min(limit, Math.max(0, remaining)),
		retryAfterSeconds: success ? 0 : resetSeconds,
		resetSeconds,
		counted: true
	};
}

/** The verdict while nobody counts. */
const passed = (limit: number): Verdict => ({
	allowed: true,
	limit,
	remaining: limit,
	retryAfterSeconds: 0,
	resetSeconds: 0,
	counted: false
});
