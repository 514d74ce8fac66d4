import { Redis } from '@upstash/redis';
import { db } from './db';
import { env } from './env';
import { mailTransport } from './mail/transport';

const BUDGET_MS = 1_000;
const CACHED_MS = 5_000;

/** How one dependency is: `down` stops the service, `degraded` does not. */
export interface Check {
	name: string;
	status: 'up' | 'degraded' | 'down';
}

/** Whether requests should be sent here, and what each dependency says. */
export interface Readiness {
	status: 'up' | 'degraded' | 'down';
	checks: Check[];
	checkedAt: string;
}

/** Each check answers within its budget or has failed; what a failure means stands beside it. */
const CHECKS: { name: string; failed: Check['status']; ask: () => Promise<unknown> }[] = [
	{ name: 'database', failed: 'down', ask: () => db.$queryRaw`SELECT 1` },
	{ name: 'redis', failed: 'degraded', ask: pingRedis },
	{
		name: 'mail',
		failed: 'degraded',
		ask: async () => {
			const { tier } = env();
			if (tier === 'production' && mailTransport().name === 'stream') throw new Error('no way out');
		}
	}
];

async function pingRedis(): Promise<unknown> {
	const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env();
	if (!url || !token) return undefined;
	return new Redis({ url, token, retry: false, enableTelemetry: false }).ping();
}

let latest: { at: number; readiness: Promise<Readiness> } | undefined;

/** Asks every dependency, at once and with a budget of a second each. The answer is kept for 5 s. */
export function readiness(): Promise<Readiness> {
	if (!latest || Date.now() - latest.at > CACHED_MS) {
		latest = { at: Date.now(), readiness: ask() };
	}
	return latest.readiness;
}

async function ask(): Promise<Readiness> {
	const checks = await Promise.all(
		CHECKS.map(async ({ name, failed, ask }): Promise<Check> => {
			const up = await withinBudget(ask);
			return { name, status: up ? 'up' : failed };
		})
	);
	const worst = (['down', 'degraded'] as const).find((status) =>
		checks.some((check) => check.status === status)
	);
	return { status: worst ?? 'up', checks, checkedAt: new Date().toISOString() };
}

async function withinBudget(ask: () => Promise<unknown>): Promise<boolean> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<boolean>((resolve) => {
		timer = setTimeout(() => resolve(false), BUDGET_MS);
	});
	const answer = ask().then(
		() => true,
		() => false
	);
	try {
		return await Promise.race([answer, late]);
	} finally {
		clearTimeout(timer);
	}
}
