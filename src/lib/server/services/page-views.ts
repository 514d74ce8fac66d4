import { createHmac } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { db } from '../db';
import { RETENTION } from '../retention';
import { inBatches, type Purged, type Work } from './batches';
import { saltOfToday } from './daily-salts';

/** Enough to tell the visitors of one day apart. */
const VISITOR_BYTES = 12;

/** A page that somebody looked at. Where they came from and what their browser is called is used and forgotten. */
export interface View {
	/** The pattern of the page's address, as kit has it: `/(app)/ideas/[id=uuid]`. */
	route: string;
	device: 'desktop' | 'mobile' | 'tablet' | 'other';
	/** Two letters, where the host in front says so. */
	country: string | null;
	/** The network address as limits count it. */
	network: string;
	userAgent: string;
}

/** Keeps that a page was looked at, by a visitor who is the same for the day and nobody after it. */
export async function recordView(view: View): Promise<void> {
	const { route, device, country, network, userAgent } = view;
	const visitor = createHmac('sha256', await saltOfToday())
		.update(`${network}\n${userAgent}`)
		.digest()
		.subarray(0, VISITOR_BYTES)
		.toString('base64url');
	await db.$executeRaw`
		INSERT INTO page_views (id, route, visitor, country, device)
		VALUES (${uuid()}::uuid, ${route}, ${visitor}, ${country}, ${device})`;
}

/** Forgets single views after their time. */
export function purgePageViews(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM page_views WHERE id IN (
				SELECT id FROM page_views
				WHERE at < now() - make_interval(days => ${RETENTION.pageViewDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
