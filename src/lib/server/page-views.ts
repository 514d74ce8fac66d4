import type { Handle, RequestEvent } from '@sveltejs/kit';
import * as z from 'zod';
import { building } from '$app/environment';
import { asksNotToBeCounted, readBeacon } from './beacons';
import { recordView } from './services/page-views';
import { analyticsAreOn } from './switches';

/** What stands in `app.html` where a page says whether it is counted. */
const PLACE = '%coda.views%';

const HOST = /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/;

/** A page that is looked at. Whoever enters says which host led here, or that none did. */
const ViewReport = z.object({
	route: z.string().max(200),
	from: z.string().max(253).optional()
});

/** Says on each page whether its views are counted: only then does the browser load what counts them. */
export const pageViewsHandle: Handle = async ({ event, resolve }) => {
	const mark = () =>
		!building && !asksNotToBeCounted(event.request) && analyticsAreOn() ? 'on' : '';
	return resolve(event, {
		transformPageChunk: ({ html }) => (html.includes(PLACE) ? html.replace(PLACE, mark()) : html)
	});
};

/** Counts a view that a page of this site reports. @throws as `readBeacon` */
export async function countView(event: RequestEvent): Promise<void> {
	const sent = await readBeacon(event, 'pageView', ViewReport);
	if (!sent) return;
	const { route, from } = sent.report;
	await recordView({ ...sent.visitor, route, referrer: referrerIn(from, event.url.hostname) });
}

/** The host of the site that led here, without `www.`; empty for none that is known, `null` for this one. */
function referrerIn(from: string | undefined, own: string): string | null {
	if (from === undefined) return null;
	const host = from.toLowerCase().replace(/^www\./, '');
	if (host === own.replace(/^www\./, '')) return null;
	return HOST.test(host) ? host : '';
}
