import type { DeviceKind } from '$lib/user-agent';
import type { VitalName } from '$lib/vitals';
import { db } from '../db';
import { RETENTION } from '../retention';
import { inBatches, type Purged, type Work } from './batches';

/** How fast a page was that somebody loaded. */
export interface PageLoad {
	/** Chosen by the page: what it measures later belongs to the same load. */
	id: string;
	route: string;
	device: DeviceKind;
	/** How many loads this one stands for. */
	weight: number;
	/** Whole numbers, as `$lib/vitals` has them; absent where nothing was measured. */
	measured: Partial<Record<VitalName, number>>;
}

/** Keeps what a page has measured. What it measures again holds, for as long as anyone has a page open. */
export async function recordVitals({ id, route, device, weight, measured }: PageLoad) {
	const { lcp = null, inp = null, cls = null, fcp = null, ttfb = null } = measured;
	await db.$executeRaw`
		INSERT INTO web_vitals AS old (id, route, device, weight, lcp, inp, cls, fcp, ttfb)
		VALUES (${id}::uuid, ${route}, ${device}, ${weight}::int, ${lcp}::int, ${inp}::int, ${cls}::int,
			${fcp}::int, ${ttfb}::int)
		ON CONFLICT (id) DO UPDATE SET lcp = coalesce(EXCLUDED.lcp, old.lcp),
			inp = coalesce(EXCLUDED.inp, old.inp), cls = coalesce(EXCLUDED.cls, old.cls),
			fcp = coalesce(EXCLUDED.fcp, old.fcp), ttfb = coalesce(EXCLUDED.ttfb, old.ttfb)
		WHERE old.route = EXCLUDED.route AND old.device = EXCLUDED.device
			AND old.at > now() - interval '1 day'`;
}

/** Forgets single measurements after their time. */
export function purgeWebVitals(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM web_vitals WHERE id IN (
				SELECT id FROM web_vitals
				WHERE at < now() - make_interval(days => ${RETENTION.pageViewDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
