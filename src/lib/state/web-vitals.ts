import { onCLS, onFCP, onINP, onLCP, onTTFB, type Metric } from 'web-vitals';

/** What a page has measured of one load. */
interface Measured {
	/** Says which load this is, and nothing about whose. */
	id: string;
	route: string;
	[metric: string]: string | number;
}

/**
 * Measures how fast this page is, and reports it whenever the page is hidden: what is measured until then
 * belongs to the page that was loaded, also when somebody has gone on inside. A page that the browser has kept
 * whole is another load.
 *
 * @param route the page that was loaded
 * @param routeNow the page that is shown
 */
export function measureLoad(route: string, routeNow: () => string): void {
	let load: Measured = { id: crypto.randomUUID(), route };
	let isSent = true;

	const keep = ({ name, value }: Metric) => {
		// Digits that no page differs by are left out.
		load[name.toLowerCase()] = Math.round(value * 10_000) / 10_000;
		isSent = false;
	};
	const send = () => {
		if (isSent || document.visibilityState !== 'hidden') return;
		isSent = true;
		navigator.sendBeacon('/api/vitals', JSON.stringify(load));
	};

	addEventListener('pageshow', ({ persisted }) => {
		if (persisted) load = { id: crypto.randomUUID(), route: routeNow() };
	});
	for (const measure of [onTTFB, onFCP, onLCP, onINP, onCLS]) measure(keep);
	// After those of the library, so that what it says at the end is in.
	document.addEventListener('visibilitychange', send);
}
