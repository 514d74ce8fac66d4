import { page } from '$app/state';
import { version } from '$app/environment';
import type { Breadcrumb, ReportedError } from '$lib/schemas/errors';

/*
 * Tells the server of errors in the page. It is loaded when the first one happens, so that it costs nothing
 * where none does; what came before is in the browser's own list of requests.
 */

const MOST_A_MINUTE = 10;
const CRUMBS = 20;

const known = new WeakSet<object>();
/** What was told within the last minute, by what it says. */
let told: { what: string; atMs: number }[] = [];

/** No network, another build, a request that was given up, or an extension of the browser: nothing to mend here. */
const NOT_OURS = /fetch|load|network|import|abort|ResizeObserver|^Script error|extension:\/\//i;

/** Tells of an error, once, and at most ten a minute. It never throws. */
export function reportError(error: unknown): void {
	// A script of another site failed: the browser says nothing more.
	if (error === null || error === undefined) return;
	const { name, message, stack } = partsOf(error);
	if (typeof error === 'object' && error !== null) {
		if (known.has(error)) return;
		known.add(error);
	}
	if (!navigator.onLine || NOT_OURS.test(`${name} ${message}`) || /extension:\/\//.test(stack))
		return;
	const what = `${name} ${message} ${stack}`;
	const now = Date.now();
	told = told.filter(({ atMs }) => now - atMs < 60_000);
	if (told.length >= MOST_A_MINUTE || told.some((one) => one.what === what)) return;
	told.push({ what, atMs: now });
	const report: ReportedError = {
		kind: name,
		message: message.slice(0, 1_000),
		stack: stack.slice(0, 8_000),
		route: page.route.id ?? location.pathname,
		release: version,
		breadcrumbs: breadcrumbs()
	};
	// Whether it arrives is not worth an error of its own.
	fetch('/api/errors', {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(report),
		keepalive: true
	}).catch(() => undefined);
}

function partsOf(error: unknown): { name: string; message: string; stack: string } {
	if (error instanceof Error)
		return { name: error.name, message: error.message, stack: error.stack ?? '' };
	return { name: 'Thrown', message: String(error), stack: '' };
}

/** Pages that were opened, and calls that failed, the latest last. */
function breadcrumbs(): Breadcrumb[] {
	const requests = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
	return requests.flatMap(crumbOf).slice(-CRUMBS);
}

function crumbOf({ name, startTime, responseStatus }: PerformanceResourceTiming): Breadcrumb[] {
	const { pathname, origin } = new URL(name);
	if (origin !== location.origin) return [];
	const atMs = Math.round(performance.timeOrigin + startTime);
	const opened = pathname.endsWith('/__data.json');
	const path = opened ? pathname.slice(0, -'/__data.json'.length) || '/' : pathname;
	if (opened) return [{ atMs, kind: 'page', path, status: responseStatus }];
	const failed = pathname.startsWith('/api/') && (responseStatus === 0 || responseStatus >= 400);
	return failed ? [{ atMs, kind: 'call', path, status: responseStatus }] : [];
}
