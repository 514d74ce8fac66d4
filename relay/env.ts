import * as z from 'zod';
import { weaknessOf } from '#protocol/secrets';
import { TIERS, type Tier } from '#protocol/tickets';
import { LOOPBACK_ORIGINS } from './origins.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const origin = z
	.string()
	.regex(
		/^https?:\/\/[a-z0-9.*:[\]-]+$/i,
		'must be origins with commas between: https://coda.test'
	);

/** Every variable that the relay reads, by its name. `.env.example` has the same keys. */
export const relayVariables = z.object({
	CODA_TIER: z.enum(TIERS).default('production'),
	LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
	DEVMODE_JWT_SECRET: z.string().optional(),
	DEVMODE_JWT_SECRET_PREVIOUS: z.string().optional(),
	CRON_SECRET: z.string().optional(),
	TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
	RELAY_HOST: z.string().default('127.0.0.1'),
	RELAY_PORT: port.default(3100),
	RELAY_METRICS_PORT: port.optional(),
	RELAY_INTERNAL_SECRET: z.string().optional(),
	RELAY_INTERNAL_SECRET_PREVIOUS: z.string().optional(),
	RELAY_APP_URL: z
		.url({ protocol: /^https?$/, error: 'must be an http or https address' })
		.transform((url) => new URL(url).origin)
		.optional(),
	RELAY_ORIGINS: z
		.string()
		.transform((list) => list.split(',').map((entry) => entry.trim().toLowerCase()))
		.pipe(z.array(origin))
		.optional(),
	RELAY_REDIS_URL: z
		.url({ protocol: /^rediss?$/, error: 'must begin with redis:// or rediss://' })
		.optional(),
	RELAY_SELF_URL: z.url({ protocol: /^wss?$/, error: 'must be a ws or wss address' }).optional(),
	FLY_MACHINE_ID: z.string().optional()
});

/** What the relay was started with. */
export interface RelayEnv {
	tier: Tier;
	logLevel: 'debug' | 'info' | 'warn' | 'error';
	host: string;
	port: number;
	/** Where `/metrics` is open to whoever reaches it; on the public port it wants the internal secret. */
	metricsPort: number | undefined;
	/** Today's, then the one before. */
	ticketSecrets: [string, ...string[]];
	internalSecrets: [string, ...string[]];
	cronSecret: string | undefined;
	/** The app's origin: it is told who is online, and its clock is driven. */
	appUrl: string | undefined;
	/** Which pages may connect. `*` stands for a part of a host name. */
	origins: string[];
	redisUrl: string | undefined;
	/** Where other relays send whoever looks for a runner that is here; unset on Fly, which needs none. */
	selfUrl: string | undefined;
	flyMachine: string | undefined;
	trustedProxyHops: number;
}

/** The relay cannot start. The message names every variable that is missing or wrong. */
export class RelayEnvError extends Error {
	constructor(readonly issues: { name: string; rule: string }[]) {
		const lines = issues.map(({ name, rule }) => `  ${name} ${rule}`);
		super(`The relay's environment is not complete:\n${lines.join('\n')}`);
		this.name = 'RelayEnvError';
	}
}

/** Whoever has these can let sockets in, or tell every browser something. */
const SECRETS = ['DEVMODE_JWT_SECRET', 'RELAY_INTERNAL_SECRET'] as const;

/**
 * Checks the variables. An empty string counts as absent, and an absent secret is an error in every tier: an
 * empty one would admit whoever signs with it.
 *
 * @throws RelayEnvError with every issue at once
 */
export function parseRelayEnv(source: Record<string, string | undefined>): RelayEnv {
	const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value));
	const { data, error } = relayVariables.safeParse(given);
	const issues = (error?.issues ?? []).map(({ path, message }) => ({
		name: String(path[0]),
		rule: message
	}));
	for (const name of SECRETS) {
		for (const one of [name, `${name}_PREVIOUS`]) {
			const weakness = weaknessOf(given[one]);
			if (weakness && (one === name || given[one])) issues.push({ name: one, rule: weakness });
		}
	}
	if (data?.CODA_TIER !== 'development' && !data?.RELAY_APP_URL) {
		issues.push({ name: 'RELAY_APP_URL', rule: 'is missing' });
	}
	if (issues.length > 0 || !data) throw new RelayEnvError(issues);

	const secrets = (name: (typeof SECRETS)[number]): [string, ...string[]] => {
		const previous = data[`${name}_PREVIOUS`];
		return [data[name] ?? '', ...(previous ? [previous] : [])];
	};
	return {
		tier: data.CODA_TIER,
		logLevel: data.LOG_LEVEL,
		host: data.RELAY_HOST,
		port: data.RELAY_PORT,
		metricsPort: data.RELAY_METRICS_PORT,
		ticketSecrets: secrets('DEVMODE_JWT_SECRET'),
		internalSecrets: secrets('RELAY_INTERNAL_SECRET'),
		cronSecret: data.CRON_SECRET,
		appUrl: data.RELAY_APP_URL,
		origins: data.RELAY_ORIGINS ?? knownPages(data.CODA_TIER, data.RELAY_APP_URL),
		redisUrl: data.RELAY_REDIS_URL,
		selfUrl: data.RELAY_SELF_URL,
		flyMachine: data.FLY_MACHINE_ID,
		trustedProxyHops: data.TRUSTED_PROXY_HOPS
	};
}

/** The app's own pages; in development those of this computer, whatever their port. */
const knownPages = (tier: Tier, appUrl: string | undefined): string[] => [
	...(tier === 'development' ? LOOPBACK_ORIGINS : []),
	...(appUrl && tier !== 'development' ? [appUrl] : [])
];
