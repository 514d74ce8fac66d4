import type { Env } from './env';

/** Somebody else whose service Coda stands on, and where they say how it is. */
export interface Provider {
	/** The check of readiness that it is behind; `app` is Coda itself. */
	of: 'app' | 'database' | 'redis' | 'relay' | 'mail';
	name: string;
	statusUrl: string;
}

type Told = Pick<
	Env,
	| 'VERCEL'
	| 'DATABASE_URL'
	| 'UPSTASH_REDIS_REST_URL'
	| 'PUBLIC_DEVMODE_RELAY_URL'
	| 'RESEND_API_KEY'
>;

/** Whether an address is at this domain. */
const isAt = (url: string | undefined, domain: string) =>
	url !== undefined && URL.canParse(url) && new URL(url).hostname.endsWith(domain);

/** The providers of this installation, as far as its addresses say. */
export function providersOf(env: Told): Provider[] {
	const known: (Provider & { isUsed: boolean })[] = [
		{
			...{ of: 'app', name: 'Vercel', statusUrl: 'https://www.vercel-status.com' },
			isUsed: Boolean(env.VERCEL)
		},
		{
			...{ of: 'database', name: 'Neon', statusUrl: 'https://neonstatus.com' },
			isUsed: isAt(env.DATABASE_URL, '.neon.tech')
		},
		{
			...{ of: 'redis', name: 'Upstash', statusUrl: 'https://status.upstash.com' },
			isUsed: isAt(env.UPSTASH_REDIS_REST_URL, '.upstash.io')
		},
		{
			// Behind a name of one's own as well: it is where our configuration puts the relay.
			...{ of: 'relay', name: 'Fly.io', statusUrl: 'https://status.flyio.net' },
			isUsed: env.PUBLIC_DEVMODE_RELAY_URL?.startsWith('wss://') ?? false
		},
		{
			...{ of: 'mail', name: 'Resend', statusUrl: 'https://resend-status.com' },
			isUsed: env.RESEND_API_KEY !== undefined
		}
	];
	return known.flatMap(({ isUsed, ...provider }) => (isUsed ? [provider] : []));
}
