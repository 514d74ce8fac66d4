import type { Breakdown } from '$lib/schemas/analytics';
import type { Caller } from '$lib/server/trpc/caller';

/** Views of some days, as the API answers them. */
export type Analytics = Awaited<ReturnType<Caller['analytics']['get']>>;

/** A route as its address reads: `/(app)/ideas/[id=uuid]` is `/ideas/[id]`. */
export function routeInWords(route: string): string {
	const path = route.replace(/\/\([^)]+\)/g, '').replace(/\[([^\]=]+)=[^\]]+\]/g, '[$1]');
	return path || '/';
}

const REGIONS = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

/** A kind of device with a capital letter. */
export const deviceInWords = (device: string) => device.charAt(0).toUpperCase() + device.slice(1);

/** Names of each kind in words; what is empty is not known. */
export const IN_WORDS: Record<Breakdown, (name: string) => string> = {
	route: routeInWords,
	referrer: (host) => host || 'No site: typed, kept, or from an app',
	country: (code) => (code ? (REGIONS.of(code) ?? code) : 'Not known'),
	device: deviceInWords,
	browser: (name) => name || 'Not known',
	system: (name) => name || 'Not known'
};
