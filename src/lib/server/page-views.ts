import { error, type Handle, type RequestEvent } from '@sveltejs/kit';
import Bowser from 'bowser';
import * as z from 'zod';
import { building } from '$app/environment';
import { PAGES } from './build';
import { clientAddress, networkOf } from './client-address';
import { env } from './env';
import { checkLimit } from './rate-limit';
import { recordView, type View } from './services/page-views';
import { analyticsAreOn } from './switches';

/*
 * Views of pages are counted without a cookie and without an identity that outlives the day. Only in
 * production, and never for who asks not to be counted.
 */

/** What stands in `app.html` where a page says whether it is counted. */
const PLACE = '%coda.views%';

const BODY_BYTES = 1_000;
const BOT =
	/bot|crawl|spider|slurp|preview|headless|lighthouse|monitor|scan|fetch|http|curl|wget|python|java\//i;
const Beacon = z.object({ route: z.string().max(200) });

/** Says on each page whether its views are counted: only then does the browser load what counts them. */
export const pageViewsHandle: Handle = async ({ event, resolve }) => {
	const mark = () => (!building && !asksNotTo(event.request) && analyticsAreOn() ? 'on' : '');
	return resolve(event, {
		transformPageChunk: ({ html }) => (html.includes(PLACE) ? html.replace(PLACE, mark()) : html)
	});
};

/** Do Not Track, or the Global Privacy Control. */
const asksNotTo = ({ headers }: Request) =>
	headers.get('dnt') === '1' || headers.get('sec-gpc') === '1';

/**
 * Counts a view that a page of this site reports. Whoever is not counted gets the same answer as whoever
 * is.
 *
 * @throws 404 where nothing is counted, 403 for other sites, 400 for what no page of ours sends
 */
export async function countView(event: RequestEvent): Promise<void> {
	const { request, url } = event;
	if (env().tier !== 'production') error(404);
	if (request.headers.get('origin') !== url.origin) error(403);
	const userAgent = request.headers.get('user-agent') ?? '';
	if (asksNotTo(request) || isBot(userAgent) || !analyticsAreOn()) return;
	const network = networkOf(clientAddress(event));
	if (!(await checkLimit('pageView', network)).allowed) error(429);
	const { route } = await readBeacon(request);
	const country = env().VERCEL ? request.headers.get('x-vercel-ip-country') : null;
	await recordView({ route, network, userAgent, country, device: deviceOf(userAgent) });
}

async function readBeacon(request: Request) {
	if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES) error(413);
	try {
		const beacon = Beacon.parse(JSON.parse((await request.text()).slice(0, BODY_BYTES)));
		if (PAGES.includes(beacon.route)) return beacon;
	} catch {
		// Not what a page of this site sends; what exactly is wrong with it helps nobody.
	}
	error(400);
}

const platformOf = (userAgent: string) => Bowser.parse(userAgent).platform.type ?? '';

const isBot = (userAgent: string) =>
	!userAgent || BOT.test(userAgent) || platformOf(userAgent) === 'bot';

function deviceOf(userAgent: string): View['device'] {
	const platform = platformOf(userAgent);
	return (['desktop', 'mobile', 'tablet'] as const).find((one) => one === platform) ?? 'other';
}
