import { createHash } from 'node:crypto';
import { error, type RequestEvent } from '@sveltejs/kit';
import type * as z from 'zod';
import { agentOf, type Agent } from '$lib/user-agent';
import { PAGES } from './build';
import { clientAddress, networkOf } from './client-address';
import { env } from './env';
import { checkLimit } from './rate-limit';
import { analyticsAreOn, viewSampling } from './switches';

/*
 * What pages report of themselves: that they are looked at, and how fast they were. Never of who asks not to
 * be counted, and without a cookie.
 */

const BODY_BYTES = 1_000;

/** Whose page reports. The address and the name of the browser are used and forgotten. */
export interface Visitor extends Agent {
	/** The network address as limits count it. */
	network: string;
	userAgent: string;
	/** Two letters, where the host in front says so. */
	country: string | null;
	/** How many visitors this one stands for. */
	weight: number;
}

/** Do Not Track, or the Global Privacy Control. */
export const asksNotToBeCounted = ({ headers }: Request): boolean =>
	headers.get('dnt') === '1' || headers.get('sec-gpc') === '1';

/**
 * Reads what a page of this site reports of one of its routes. Whoever is not counted gets the same answer as
 * whoever is.
 *
 * @param limit the limit on how often
 * @returns nothing for those who are not counted
 * @throws 404 where nothing is counted, 403 for other sites, 429, and 400 or 413 for what no page of ours sends
 */
export async function readBeacon<Report extends { route: string }>(
	event: RequestEvent,
	limit: 'pageView' | 'webVitals',
	shape: z.ZodType<Report>
): Promise<{ visitor: Visitor; report: Report } | undefined> {
	const { request, url } = event;
	if (env().tier !== 'production' && !analyticsAreOn()) error(404);
	if (request.headers.get('origin') !== url.origin) error(403);
	const userAgent = request.headers.get('user-agent') ?? '';
	const agent = agentOf(userAgent);
	if (asksNotToBeCounted(request) || agent.isBot || !analyticsAreOn()) return undefined;
	const network = networkOf(clientAddress(event));
	const weight = viewSampling();
	if (!isPicked(`${network}\n${userAgent}`, weight)) return undefined;
	if (!(await checkLimit(limit, network)).allowed) error(429);
	const report = await parse(request, shape);
	return {
		report,
		visitor: { ...agent, network, userAgent, country: countryOf(request), weight }
	};
}

async function parse<Report extends { route: string }>(
	request: Request,
	shape: z.ZodType<Report>
): Promise<Report> {
	if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES) error(413);
	try {
		const report = shape.parse(JSON.parse((await request.text()).slice(0, BODY_BYTES)));
		if (PAGES.includes(report.route)) return report;
	} catch {
		// Not what a page of this site sends; what exactly is wrong with it helps nobody.
	}
	error(400);
}

/**
 * Whether a visitor is the one of so many that is counted: the same all day and in every process, so that
 * visitors are sampled and not their views, and decided before anything is asked of a database.
 */
function isPicked(visitor: string, oneOf: number): boolean {
	if (oneOf === 1) return true;
	const day = new Date().toISOString().slice(0, 10);
	const hash = createHash('sha256').update(`${day}\n${visitor}`).digest();
	return hash.readUInt32BE(0) % oneOf === 0;
}

/** Only Vercel's word counts: anyone can write a header. */
function countryOf({ headers }: Request): string | null {
	const country = env().VERCEL ? headers.get('x-vercel-ip-country') : null;
	return country && /^[A-Z]{2}$/.test(country) ? country : null;
}
