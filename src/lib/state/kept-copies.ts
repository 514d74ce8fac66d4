import { keptAddress } from '$lib/kept-pages';

/** So long after the last change the pages are brought anew for reading without a network. */
const REST_MS = 3_000;

let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * After a change the board, and the page that one is on, are no more as they were kept. They are asked for once
 * it is quiet; the worker keeps what comes. Without a worker nothing is kept, and nothing is asked.
 */
export function renewKeptCopies(): void {
	if (!navigator.serviceWorker?.controller) return;
	clearTimeout(timer);
	timer = setTimeout(() => {
		const here = keptAddress(new URL(location.href));
		const addresses = new Set(['/ideas/__data.json', ...(here ? [here] : [])]);
		for (const address of addresses) {
			// Without a network the older copy stays, which is what it is for.
			fetch(address, { priority: 'low' }).catch(() => undefined);
		}
	}, REST_MS);
}
