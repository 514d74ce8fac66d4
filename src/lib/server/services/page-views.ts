import { createHmac } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { db } from '../db';
import { RETENTION } from '../retention';
import type { Visitor } from '../beacons';
import { inBatches, type Purged, type Work } from './batches';
import { saltOfToday } from './daily-salts';

/** Enough to tell the visitors of one day apart. */
const VISITOR_BYTES = 12;

/** A page that somebody looked at. */
export interface View extends Omit<Visitor, 'isBot'> {
	/** The pattern of the page's address, as kit has it: `/(app)/ideas/[id=uuid]`. */
	route: string;
	/** The host that led here; empty for none, `null` for whoever was here already. */
	referrer: string | null;
}

/** Keeps that a page was looked at, by a visitor who is the same for the day and nobody after it. */
export async function recordView(view: View): Promise<void> {
	const { route, referrer, device, browser, system, country, weight } = view;
	const visitor = createHmac('sha256', await saltOfToday())
		.update(`${view.network}\n${view.userAgent}`)
		.digest()
		.subarray(0, VISITOR_BYTES)
		.toString('base64url');
	await db.$executeRaw`
		INSERT INTO page_views (id, route, referrer, visitor, country, device, browser, system, weight)
		VALUES (${uuid()}::uuid, ${route}, ${referrer}, ${visitor}, ${country}, ${device}, ${browser},
			${system}, ${weight}::int)`;
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
