import { counters } from './counters';
import { db } from './db';
import { env } from './env';
import { mailTransport } from './mail/transport';
import { maintenanceNow } from './maintenance';
import { limitsState } from './rate-limit';
import { PRIMARY_SECONDS, readReplicaLag, replica, replicaState, type ReplicaLag } from './replica';
import { listDownTasks } from './services/tasks';
import { devModeIsOn, freshSwitches, signUpsAreOpen } from './switches';
import { upstashRedis } from './upstash';
import { within } from './within';

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

/** What an operator sees of a dependency. */
export interface DetailedCheck extends Check {
	latencyMs: number;
	/** The class of the error that the check ended with, such as `TimeoutError`. */
	error: string | null;
	/** What else there is to say: `breaker: open`. */
	details: Record<string, string>;
}

/** What an operator sees. */
export interface DetailedReadiness extends Omit<Readiness, 'checks'> {
	checks: DetailedCheck[];
	/** Parts that the environment and the switches choose: where limits are counted, how mail leaves. */
	features: Record<string, string>;
	/** What this process had to do without, since it began. */
	counters: Readonly<Record<string, number>>;
}

/** Each check answers within its budget or has failed; what a failure means stands beside it. */
interface Probe {
	name: string;
	failed: Check['status'];
	ask: () => Promise<unknown>;
	details?: () => Record<string, string>;
}

const PROBES: Probe[] = [
	{ name: 'database', failed: 'down', ask: () => db.$queryRaw`SELECT 1` },
	{ name: 'replica', failed: 'degraded', ask: askReplica, details: replicaDetails },
	{ name: 'tasks', failed: 'degraded', ask: askTasks, details: taskDetails },
	{ name: 'redis', failed: 'degraded', ask: pingRedis },
	{ name: 'limits', failed: 'degraded', ask: askLimits, details: limitDetails },
	{ name: 'mail', failed: 'degraded', ask: askMail }
];

let replicaLag: ReplicaLag | undefined;

/** The replica answers and is not further behind than whoever changes something reads from the primary. */
async function askReplica(): Promise<void> {
	replicaLag = undefined;
	replicaLag = await readReplicaLag();
	if (replicaLag && replicaLag.seconds > PRIMARY_SECONDS) throw new Error('It is far behind.');
}

function replicaDetails(): Record<string, string> {
	const breaker = replicaState();
	if (!replica()) return {};
	return { breaker, ...(replicaLag && { behind: `${replicaLag.seconds.toFixed(1)} s` }) };
}

let downTasks: string[] = [];

/** The clock's tasks run as they should. They stand in the database, which is asked anyway. */
async function askTasks(): Promise<void> {
	downTasks = await listDownTasks();
	if (downTasks.length > 0) throw new Error('A task is down.');
}

function taskDetails(): Record<string, string> {
	return downTasks.length > 0 ? { down: downTasks.join(', ') } : {};
}

async function pingRedis(): Promise<void> {
	const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env();
	if (!url || !token) return;
	const answer = await upstashRedis({ url, token, timeoutMs: BUDGET_MS }).ping();
	if (answer !== 'PONG') throw new Error('It answers something else.');
}

/** Limits work when their counter was not given up. Nothing is counted for it. */
async function askLimits(): Promise<void> {
	if (limitsState().state !== 'closed') throw new Error('The counter was given up for now.');
}

function limitDetails(): Record<string, string> {
	const { kind, state, lastError } = limitsState();
	return { counter: kind, breaker: state, ...(lastError ? { lastError } : {}) };
}

async function askMail(): Promise<void> {
	if (env().tier === 'production' && mailTransport().name === 'stream') {
		throw new Error('no way out');
	}
}

let latest: { at: number; readiness: Promise<DetailedReadiness> } | undefined;

/** Asks every dependency, at once and with a budget of a second each. The answer is kept for 5 s. */
export function detailedReadiness(): Promise<DetailedReadiness> {
	if (!latest || performance.now() - latest.at > CACHED_MS) {
		latest = { at: performance.now(), readiness: askAll() };
	}
	return latest.readiness;
}

/** The same without what only operators may know. */
export async function readiness(): Promise<Readiness> {
	const { status, checks, checkedAt } = await detailedReadiness();
	return { status, checks: checks.map(({ name, status }) => ({ name, status })), checkedAt };
}

async function askAll(): Promise<DetailedReadiness> {
	const fresh = within(BUDGET_MS, freshSwitches());
	const checks = await Promise.all(PROBES.map(ask));
	const worst = (['down', 'degraded'] as const).find((status) =>
		checks.some((check) => check.status === status)
	);
	await fresh;
	return {
		status: worst ?? 'up',
		checks,
		checkedAt: new Date().toISOString(),
		features: features(),
		counters: counters()
	};
}

async function ask({ name, failed, ask, details }: Probe): Promise<DetailedCheck> {
	const startedAt = performance.now();
	const error = await errorWithinBudget(ask);
	return {
		name,
		status: error ? failed : 'up',
		latencyMs: Math.round(performance.now() - startedAt),
		error: error ? error.name : null,
		details: details?.() ?? {}
	};
}

function features(): Record<string, string> {
	const { tier, VERCEL, DATABASE_REPLICA_URL, UPSTASH_REDIS_REST_URL } = env();
	return {
		lists: DATABASE_REPLICA_URL ? 'replica' : 'primary',
		boards: UPSTASH_REDIS_REST_URL ? 'cached in Redis' : 'read each time',
		tier,
		host: VERCEL ? 'vercel' : 'node',
		limits: limitsState().kind,
		mail: mailTransport().name,
		devMode: devModeIsOn() ? 'on' : 'off',
		signUps: signUpsAreOpen() ? 'on' : 'off',
		maintenance: maintenanceNow().mode
	};
}

/** What a probe failed with, or nothing; one that takes too long failed with a `TimeoutError`. */
async function errorWithinBudget(ask: () => Promise<unknown>): Promise<Error | undefined> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<Error>((resolve) => {
		const error = Object.assign(new Error(), { name: 'TimeoutError' });
		timer = setTimeout(resolve, BUDGET_MS, error);
	});
	const answer = Promise.resolve()
		.then(ask)
		.then(
			() => undefined,
			(error: unknown) => (error instanceof Error ? error : new Error(String(error)))
		);
	try {
		return await Promise.race([answer, late]);
	} finally {
		clearTimeout(timer);
	}
}
