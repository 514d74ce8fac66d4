import type { Caller } from '$lib/server/trpc/caller';
import { inUnits, MEASURES, type LabName, type VitalName } from '$lib/vitals';

/** How fast pages were, as the API answers it. */
export type VitalFigures = Awaited<ReturnType<Caller['analytics']['vitals']>>;

/** What the loads of one page or kind of device come to. */
export type NamedVitals = VitalFigures['routes'][number];

/** A run of the laboratory. */
export type LabFigures = VitalFigures['lab'][number];

/** What the laboratory measures, in the order of its table. */
export const LAB_ROWS = ['lcp', 'cls', 'tti', 'tbt', 'fcp'] as const satisfies (keyof LabFigures)[];

/** Up to where a figure is good, above what it is poor, and what is aimed at, in words. */
export function limitsInWords(name: VitalName | LabName) {
	const { good, poor, aim } = MEASURES[name];
	return {
		good: inUnits(name, good),
		poor: inUnits(name, poor),
		aim: aim === undefined ? '' : inUnits(name, aim)
	};
}
