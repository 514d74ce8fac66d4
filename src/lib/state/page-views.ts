let last: string | undefined;

/**
 * Reports that a page is looked at: its pattern and nothing else, once until another one is opened. Loaded
 * only where views are counted, and silent for who asks not to be.
 */
export function reportView(route: string | null | undefined): void {
	if (!route || route === last || asksNotTo()) return;
	last = route;
	navigator.sendBeacon('/api/views', JSON.stringify({ route }));
}

const asksNotTo = () =>
	navigator.doNotTrack === '1' ||
	('globalPrivacyControl' in navigator && navigator.globalPrivacyControl === true);
