/** A page that is never idle is measured all the same. */
const IDLE_WITHIN_MS = 3_000;

let last: string | undefined;
/** Whoever goes from page to page inside has come from nowhere else. */
let isEntering = true;

/**
 * Reports that a page is looked at: its pattern, and of the page that is entered first which site led there.
 * Once until another one is opened; a page that the browser has kept whole is opened again. Loaded only where
 * views are counted, and silent for who asks not to be.
 */
export function reportView(route: string | null | undefined): void {
	if (!route || route === last || asksNotTo()) return;
	last = route;
	send(isEntering ? { route, from: hostOf(document.referrer) } : { route });
	if (isEntering) whenIdle(() => void measure(route));
	isEntering = false;
}

/** How fast the page is, is measured once it has nothing else to do. The library looks back. */
async function measure(route: string) {
	const { measureLoad } = await import('./web-vitals');
	measureLoad(route, () => last ?? route);
}

const whenIdle = (work: () => void) =>
	'requestIdleCallback' in window
		? requestIdleCallback(work, { timeout: IDLE_WITHIN_MS })
		: setTimeout(work, IDLE_WITHIN_MS);

/** What the browser draws before anyone asks for it is looked at when it is shown. */
function send(view: { route: string; from?: string }) {
	const now = () => navigator.sendBeacon('/api/views', JSON.stringify(view));
	if ('prerendering' in document && document.prerendering) {
		document.addEventListener('prerenderingchange', now, { once: true });
	} else now();
}

const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).hostname : '');

const asksNotTo = () =>
	navigator.doNotTrack === '1' ||
	('globalPrivacyControl' in navigator && navigator.globalPrivacyControl === true);

addEventListener('pageshow', ({ persisted }) => {
	if (persisted && last && !asksNotTo()) send({ route: last });
});
