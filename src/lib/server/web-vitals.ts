import type { RequestEvent } from '@sveltejs/kit';
import * as z from 'zod';
import { CLS_UNITS } from '$lib/vitals';
import { readBeacon } from './beacons';
import { recordVitals } from './services/web-vitals';

/** A page that takes longer was looked at by nobody, or was made up. */
const MOST_MS = 120_000;
/** The same for how far things moved. */
const MOST_CLS = 100;

/** A figure as whole units. What no page measures is left out, and the rest holds. */
const figure = (most: number, units = 1) =>
	z
		.number()
		.min(0)
		.max(most)
		.transform((value) => Math.round(value * units))
		.optional()
		.catch(undefined);

/** What a page has measured of one load: milliseconds, and CLS as it is. */
const VitalsReport = z.object({
	id: z.uuid(),
	route: z.string().max(200),
	lcp: figure(MOST_MS),
	inp: figure(MOST_MS),
	cls: figure(MOST_CLS, CLS_UNITS),
	fcp: figure(MOST_MS),
	ttfb: figure(MOST_MS)
});

/** Keeps what a page of this site has measured of itself. @throws as `readBeacon` */
export async function keepVitals(event: RequestEvent): Promise<void> {
	const sent = await readBeacon(event, 'webVitals', VitalsReport);
	if (!sent) return;
	const { id, route, ...measured } = sent.report;
	if (Object.values(measured).every((value) => value === undefined)) return;
	const { device, weight } = sent.visitor;
	await recordVitals({ id, route, device, weight, measured });
}
