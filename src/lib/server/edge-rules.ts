import { LIMITS } from '$lib/limits';

/*
 * What a request must be like before anyone looks at who sent it. All of it is decided from the
 * request alone, so that what has no business here costs next to nothing.
 */

/** Methods by the beginning of the path. What is not in the list is a page. */
const METHODS: [path: RegExp, methods: readonly string[]][] = [
	// Each cron and health route says for itself what it takes.
	[/^\/api\/cron\//, ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']],
	[/^\/(healthz|readyz|status(\.json)?)$|^\/api\/version$/, ['GET', 'HEAD']],
	[/^\/api\/trpc\//, ['GET', 'POST']],
	[/^\//, ['GET', 'HEAD', 'POST']]
];

/** Bodies by the beginning of the path, in bytes. */
const BODY_BYTES: [path: RegExp, bytes: number][] = [
	[/^\/api\//, LIMITS.apiBodyBytes],
	[/^\//, LIMITS.formBodyBytes]
];

/** What is looked for on every server of the internet, and is on none of ours. */
const PROBES = [
	/\.(php\d?|aspx?|jspx?|cgi|env|sql|bak|ini|old|swp)(\/|$)/i,
	/\/\.(env|git|svn|hg|aws|ssh|vscode|idea|htaccess|htpasswd|ds_store)/i,
	/\/(wp-|wordpress|phpmyadmin|cgi-bin\/|vendor\/phpunit|actuator\/|_ignition\/|server-status$)/i
];

/** Whether a path is asked for by somebody who tries doors. */
export const isProbe = (path: string): boolean => PROBES.some((probe) => probe.test(path));

/** The methods that a path takes, or nothing when `method` is one of them. */
export function refusedMethod(path: string, method: string): readonly string[] | undefined {
	const methods = METHODS.find(([of]) => of.test(path))?.[1] ?? [];
	return methods.includes(method) ? undefined : methods;
}

/** How many bytes a request to a path may bring. */
export const bodyLimit = (path: string): number =>
	BODY_BYTES.find(([of]) => of.test(path))?.[1] ?? 0;

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that changes something was sent by a page of another site. Browsers say so
 * themselves, in one of two headers. Programs say neither, and have no cookie of anyone's.
 */
export function isForeign({ method, headers }: Request, ownOrigin: string): boolean {
	if (READS.has(method)) return false;
	const origin = headers.get('origin');
	if (origin !== null && origin !== ownOrigin) return true;
	const site = headers.get('sec-fetch-site');
	return site === 'cross-site' || site === 'same-site';
}
