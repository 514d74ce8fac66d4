import * as z from 'zod';
import { weaknessOf } from '#protocol/secrets';

/** Where the program runs: on a developer's machine, as a preview of a branch, or for everyone. */
export type Tier = 'development' | 'preview' | 'production';

/** Names from before the move to SvelteKit. They still work, with a warning at boot. */
export const OLD_NAMES: Readonly<Record<string, string>> = {
	NEXTAUTH_SECRET: 'AUTH_SECRET',
	NEXTAUTH_URL: 'AUTH_URL',
	ORIGIN: 'AUTH_URL',
	DATABASE_URL_UNPOOLED: 'DIRECT_URL',
	NEXT_PUBLIC_DEVMODE_RELAY_URL: 'PUBLIC_DEVMODE_RELAY_URL',
	NEXT_PUBLIC_ENABLE_DEVMODE: 'PUBLIC_ENABLE_DEVMODE',
	NEXT_PUBLIC_RUNNER_DOWNLOAD_BASE: 'PUBLIC_RUNNER_DOWNLOAD_BASE',
	NEXT_PUBLIC_VERCEL_ANALYTICS_ID: 'PUBLIC_VERCEL_ANALYTICS_ID'
};

/** Second names that are as good as the first, so they warn nobody. */
const QUIET_NAMES = new Set(['ORIGIN', 'DATABASE_URL_UNPOOLED']);

/** Secrets that AUTH_SECRET took the place of, the newest first: they open and no longer seal. */
const OLDER_SECRETS = ['AUTH_SECRET_1', 'AUTH_SECRET_2', 'AUTH_SECRET_3'] as const;

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://');
const ADDRESS = /^[^\s@,]+@[^\s@,]+$/;
const ADDRESS_OR_DOMAIN = /^[^\s@,]*@[^\s@,]+$/;
/** An Ed25519 key in PKCS #8, base64url: the algorithm's fixed beginning, and 32 bytes. */
const ED25519_KEY = /^MC4CAQAwBQYDK2VwBCIEI[\w-]{43}$/;
const GRANT_KEY_RULE = 'is no key: make one with "pnpm ops secret grant-key"';
/** `name=value` with commas between, values in percent-encoding (OpenTelemetry's form of W3C Baggage). */
const HEADERS_RULE = 'must be name=value with commas between, values percent-encoded';
const HEADER = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*([\x20-\x7e]*)$/;
const flag = z.enum(['true', 'false'], { error: 'must be true or false' });

/** Every variable that the web program reads, by its name. `.env.example` has the same keys. */
export const variables = z.object({
	CODA_TIER: z.enum(['development', 'preview', 'production']).optional(),
	VERCEL: z.string().optional(),
	VERCEL_ENV: z.enum(['development', 'preview', 'production']).optional(),
	VERCEL_URL: z.string().optional(),
	VERCEL_BRANCH_URL: z.string().optional(),
	VERCEL_GIT_COMMIT_SHA: z.string().optional(),
	VERCEL_GIT_COMMIT_AUTHOR_LOGIN: z.string().optional(),
	CODA_COMMIT: z.string().optional(),
	CODA_DEPLOYED_BY: z.string().max(100).optional(),
	CODA_DATA_DIR: z.string().default('.data'),
	HOST: z.string().default('127.0.0.1'),
	PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
	DATABASE_URL: postgresUrl.optional(),
	DIRECT_URL: postgresUrl.optional(),
	DATABASE_REPLICA_URL: postgresUrl.optional(),
	DATABASE_POOL_MAX: z.coerce.number().int().min(1).max(200).default(10),
	AUTH_SECRET: z.string().optional(),
	AUTH_SECRET_1: z.string().optional(),
	AUTH_SECRET_2: z.string().optional(),
	AUTH_SECRET_3: z.string().optional(),
	ADMIN_EMAILS: z
		.string()
		.transform((list) => list.split(',').flatMap((email) => email.trim().toLowerCase() || []))
		.pipe(z.array(z.email({ error: 'must be e-mail addresses with commas between' })))
		.default([]),
	AUTH_URL: z
		.url({ protocol: /^https?$/, error: 'must be an http or https address' })
		.transform((url) => new URL(url).origin)
		.optional(),
	EMAIL_SERVER: z
		.string()
		.regex(/^(stream$|smtps?:\/\/)/, 'must be smtp://user:pass@host:587, smtps://… or stream')
		.optional(),
	EMAIL_SERVER_CA: z.string().optional(),
	EMAIL_FROM: z.string().default('Coda <coda@localhost>'),
	EMAIL_ALLOW: z
		.string()
		.refine(
			(list) => list.split(',').every((entry) => ADDRESS_OR_DOMAIN.test(entry.trim())),
			'must be addresses or @domains with commas between them'
		)
		.optional(),
	EMAIL_REDIRECT_TO: z.string().regex(ADDRESS, 'must be one e-mail address').optional(),
	OPERATOR_NAME: z.string().optional(),
	OPERATOR_CONTACT: z.string().optional(),
	RESEND_API_KEY: z.string().startsWith('re_', 'must begin with re_').optional(),
	RESEND_WEBHOOK_SECRET: z.string().startsWith('whsec_', 'must begin with whsec_').optional(),
	UPSTASH_REDIS_REST_URL: z.url({ error: 'must be an address' }).optional(),
	UPSTASH_REDIS_REST_TOKEN: z.string().optional(),
	CRON_SECRET: z.string().optional(),
	CRON_SECRET_PREVIOUS: z.string().optional(),
	CRON_PROFILE: z.enum(['hobby', 'pro']).default('hobby'),
	DEVMODE_JWT_SECRET: z.string().optional(),
	DEVMODE_GRANT_KEY: z.string().regex(ED25519_KEY, GRANT_KEY_RULE).optional(),
	RELAY_INTERNAL_SECRET: z.string().optional(),
	RELAY_INTERNAL_SECRET_PREVIOUS: z.string().optional(),
	MAINTENANCE_MODE: z
		.enum(['off', 'read-only', 'full'], { error: 'must be off, read-only or full' })
		.default('off'),
	PUBLIC_DEVMODE_RELAY_URL: z
		.url({ protocol: /^wss?$/, error: 'must be a ws or wss address' })
		.optional(),
	PUBLIC_ENABLE_DEVMODE: flag.default('true'),
	PUBLIC_RUNNER_DOWNLOAD_BASE: z
		.url({ protocol: /^https?$/, error: 'must be an http or https address' })
		.optional(),
	PUBLIC_VERCEL_ANALYTICS_ID: z.string().optional(),
	TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
	LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
	LOG_DRAIN_URL: z
		.url({ protocol: /^https?$/, error: 'must be an http or https address' })
		.optional(),
	LOG_DRAIN_TOKEN: z.string().optional(),
	ALERT_WEBHOOK_URL: z
		.url({ protocol: /^https?$/, error: 'must be an http or https address' })
		.optional(),
	ALERT_WEBHOOK_SECRET: z.string().optional(),
	ALERT_PING_URL: z
		.url({ protocol: /^https?$/, error: 'must be an http or https address' })
		.optional(),
	ALERT_INBOUND_SECRET: z.string().optional(),
	ALERT_INBOUND_SECRET_PREVIOUS: z.string().optional(),
	OTEL_EXPORTER_OTLP_ENDPOINT: z
		.url({ protocol: /^https?$/, error: 'must be an http or https address' })
		.refine((url) => {
			const { username, password, search, hash } = new URL(url);
			return !username && !password && !search && !hash;
		}, 'must be an address without a password or a query: those are headers')
		.optional(),
	OTEL_EXPORTER_OTLP_HEADERS: z
		.string()
		.refine((list) => headersIn(list) !== undefined, HEADERS_RULE)
		.transform((list) => headersIn(list) ?? {})
		.optional(),
	OTEL_EXPORTER_OTLP_PROTOCOL: z
		.enum(['http/protobuf', 'http/json'], { error: 'must be http/protobuf or http/json' })
		.default('http/protobuf'),
	OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: z
		.enum(['cumulative', 'delta'], { error: 'must be cumulative or delta' })
		.default('cumulative'),
	OTEL_METRIC_EXPORT_INTERVAL: z.coerce.number().int().min(1_000).max(3_600_000).default(60_000),
	OTEL_SERVICE_NAME: z.string().max(100).default('coda'),
	OTEL_TRACES_SAMPLER_ARG: z.coerce
		.number({ error: 'must be a number from 0 to 1' })
		.min(0, 'must be a number from 0 to 1')
		.max(1, 'must be a number from 0 to 1')
		.default(0.1),
	SENTRY_DSN: z
		.url({ protocol: /^https?$/, error: 'must be an http or https address' })
		.regex(/\/\/[^/@]+@[^/]+\/(.*\/)?\d+\/?$/, 'must have a key and the number of a project')
		.optional()
});

/** The checked variables, the tier they were checked for, and what the operator should hear. */
export type Env = z.infer<typeof variables> & {
	tier: Tier;
	/** The commit this build was made from, or `development`. */
	release: string;
	warnings: string[];
};

/** One thing that is wrong with the environment: which variable, and the rule it breaks. */
export interface EnvIssue {
	name: string;
	rule: string;
}

/** The environment cannot be used. The message names every variable that is missing or wrong. */
export class EnvError extends Error {
	constructor(
		readonly tier: Tier,
		readonly issues: EnvIssue[]
	) {
		const lines = issues.map(({ name, rule }) => `  ${name} ${rule}`);
		super(`The ${tier} environment is not complete:\n${lines.join('\n')}`);
		this.name = 'EnvError';
	}
}

/** The tier is said by CODA_TIER, else by Vercel; where nobody says, it is production. */
export function tierOf(source: Record<string, string | undefined>): Tier {
	const said = source.CODA_TIER || source.VERCEL_ENV;
	return said === 'development' || said === 'preview' ? said : 'production';
}

/**
 * Checks the variables against the rules of the tier.
 *
 * An empty string counts as absent. Old names fill in for new ones.
 *
 * @throws EnvError with every issue at once
 */
export function parseEnv(
	source: Record<string, string | undefined>,
	tier: Tier = tierOf(source)
): Env {
	const warnings: string[] = [];
	const given: Record<string, string> = {};
	for (const [name, value] of Object.entries(source)) if (value) given[name] = value;
	for (const [old, current] of Object.entries(OLD_NAMES)) {
		const value = given[old];
		if (value === undefined || given[current] !== undefined) continue;
		given[current] = value;
		if (!QUIET_NAMES.has(old)) warnings.push(`${old} is an old name: call it ${current}.`);
	}

	const parsed = variables.safeParse(given);
	const issues: EnvIssue[] = parsed.success
		? []
		: parsed.error.issues.map((issue) => ({ name: String(issue.path[0]), rule: issue.message }));
	if (tier !== 'development') issues.push(...issuesWhenServingOthers(given, tier));
	warnings.push(...warningsFor(given, tier));
	if (issues.length > 0 || !parsed.success) throw new EnvError(tier, unique(issues));

	const { VERCEL_ENV, VERCEL_BRANCH_URL, VERCEL_URL } = parsed.data;
	const previewHost = VERCEL_ENV === 'preview' ? (VERCEL_BRANCH_URL ?? VERCEL_URL) : undefined;
	return {
		...parsed.data,
		AUTH_URL: previewHost ? `https://${previewHost}` : parsed.data.AUTH_URL,
		tier,
		release: parsed.data.VERCEL_GIT_COMMIT_SHA ?? parsed.data.CODA_COMMIT ?? 'development',
		warnings
	};
}

/** What preview and production need beyond the shape of each variable. */
function issuesWhenServingOthers(given: Record<string, string>, tier: Tier): EnvIssue[] {
	const issues: EnvIssue[] = [];
	const needs = (name: string, rule = 'is missing') => issues.push({ name, rule });
	const devMode = given.PUBLIC_ENABLE_DEVMODE !== 'false';

	if (!given.DATABASE_URL) needs('DATABASE_URL');
	const hasAddress = given.AUTH_URL || (tier === 'preview' && given.VERCEL_URL);
	if (!hasAddress) needs('AUTH_URL');
	if (
		tier === 'production' &&
		given.AUTH_URL?.startsWith('http://') &&
		!isLoopback(given.AUTH_URL)
	) {
		needs('AUTH_URL', 'must be an https address');
	}
	const devModeSecrets = devMode ? ['DEVMODE_JWT_SECRET', 'RELAY_INTERNAL_SECRET'] : [];
	for (const name of ['AUTH_SECRET', 'CRON_SECRET', ...devModeSecrets]) {
		const weakness = weaknessOf(given[name]);
		if (weakness) needs(name, weakness);
	}
	for (const name of [
		...OLDER_SECRETS,
		'RELAY_INTERNAL_SECRET_PREVIOUS',
		'ALERT_WEBHOOK_SECRET',
		'ALERT_INBOUND_SECRET',
		'ALERT_INBOUND_SECRET_PREVIOUS'
	]) {
		const weakness = given[name] && weaknessOf(given[name]);
		if (weakness) needs(name, weakness);
	}
	if (!given.EMAIL_SERVER && !given.RESEND_API_KEY) {
		needs('EMAIL_SERVER', 'is missing (or set RESEND_API_KEY)');
	}
	if (given.EMAIL_SERVER === 'stream' && tier === 'production') {
		needs('EMAIL_SERVER', 'must not be "stream": sign-in links would be kept on the server');
	}
	if (!given.EMAIL_FROM) needs('EMAIL_FROM');
	const otlp = given.OTEL_EXPORTER_OTLP_ENDPOINT;
	if (tier === 'production' && otlp?.startsWith('http://') && !isLoopback(otlp)) {
		needs('OTEL_EXPORTER_OTLP_ENDPOINT', 'must be an https address, or one of this machine');
	}
	if (given.VERCEL) {
		// Each function opens connections of its own: without the pooler a spike takes them all.
		if (isDirectNeon(given.DATABASE_URL)) {
			needs('DATABASE_URL', 'must be the pooled address on Vercel (its host has -pooler)');
		}
		for (const name of ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN']) {
			if (!given[name]) needs(name);
		}
	}
	for (const name of devMode ? ['DEVMODE_GRANT_KEY', 'PUBLIC_DEVMODE_RELAY_URL'] : []) {
		if (!given[name]) needs(name);
	}
	if (tier === 'production' && given.PUBLIC_DEVMODE_RELAY_URL?.startsWith('ws://')) {
		needs('PUBLIC_DEVMODE_RELAY_URL', 'must begin with wss://');
	}
	return issues;
}

function warningsFor(given: Record<string, string>, tier: Tier): string[] {
	if (tier === 'development') return [];
	const warnings: string[] = [];
	if (!given.OPERATOR_NAME) {
		warnings.push(
			'OPERATOR_NAME is not set: the legal pages do not say who runs this installation.'
		);
	}
	if (!given.VERCEL && !given.UPSTASH_REDIS_REST_URL) {
		warnings.push('UPSTASH_REDIS_REST_URL is not set: rate limits are counted in Postgres.');
	}
	if (
		!given.VERCEL &&
		given.AUTH_URL?.startsWith('https://') &&
		!Number(given.TRUSTED_PROXY_HOPS)
	) {
		warnings.push(
			'TRUSTED_PROXY_HOPS is 0: behind a proxy everyone has its address, and shares its limits.'
		);
	}
	const mailLeaves = given.RESEND_API_KEY || given.EMAIL_SERVER !== 'stream';
	if (tier === 'preview' && mailLeaves && !given.EMAIL_ALLOW && !given.EMAIL_REDIRECT_TO) {
		warnings.push('EMAIL_ALLOW and EMAIL_REDIRECT_TO are not set: this preview writes to nobody.');
	}
	if (given.RESEND_API_KEY && !given.RESEND_WEBHOOK_SECRET) {
		warnings.push('RESEND_WEBHOOK_SECRET is not set: bounced mails stay unnoticed.');
	}
	if (isDirectNeon(given.DATABASE_URL)) {
		warnings.push('DATABASE_URL is a direct Neon address: use the pooled one (…-pooler…).');
	}
	return warnings;
}

/** The headers that a list names; nothing where it is none. */
function headersIn(list: string): Record<string, string> | undefined {
	try {
		const entries = list.split(',').map((entry) => {
			const [, name, value] = HEADER.exec(entry) ?? [];
			if (name === undefined || value === undefined) throw new SyntaxError(HEADERS_RULE);
			return [name.toLowerCase(), printable(decodeURIComponent(value.trim()))];
		});
		return Object.fromEntries(entries) as Record<string, string>;
	} catch {
		return undefined;
	}
}

function printable(value: string): string {
	if (!/^[\x20-\x7e]*$/.test(value)) throw new SyntaxError(HEADERS_RULE);
	return value;
}

function isDirectNeon(url: string | undefined): boolean {
	const host = hostOf(url) ?? '';
	return host.endsWith('.neon.tech') && !host.includes('-pooler');
}

function hostOf(url: string | undefined): string | undefined {
	return url && URL.canParse(url) ? new URL(url).hostname : undefined;
}

function isLoopback(url: string): boolean {
	const host = hostOf(url);
	return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}

function unique(issues: EnvIssue[]): EnvIssue[] {
	return [...new Map(issues.map((issue) => [issue.name, issue])).values()].sort((a, b) =>
		a.name.localeCompare(b.name)
	);
}

let checked: Env | undefined;

/** The secrets that open what was sealed: today's, then those that it took the place of. */
export function openingSecrets({ AUTH_SECRET, ...older }: Env = env()): string[] {
	return [AUTH_SECRET, ...OLDER_SECRETS.map((name) => older[name])].filter(
		(one) => one !== undefined
	);
}

/** The environment of this process, read and checked at the first call. */
export function env(): Env {
	return (checked ??= parseEnv(process.env));
}
