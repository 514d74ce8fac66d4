/** Makes HTML of a text: sanitised, and with its highest headings at this level. */
export type Render = (text: string, headingLevel: number) => string;

let loading: Promise<Render> | undefined;
let loaded: Render | undefined;

/** Brings what draws Markdown. In the browser that is 46 kB, so it comes when something has to be drawn. */
export const loadRender = (): Promise<Render> =>
	(loading ??= load().catch((cause: unknown) => {
		// Without a connection it could not come; the next time it may.
		loading = undefined;
		throw cause;
	}));

/** What draws Markdown, where it is there already: on the server always. */
export const renderNow = (): Render | undefined => loaded;

async function load(): Promise<Render> {
	const parts = import.meta.env.SSR ? onServer() : inBrowser();
	const [{ htmlOf }, { sanitise }] = await parts;
	return (loaded = (text, headingLevel) => sanitise(htmlOf(text, headingLevel)));
}

const inBrowser = () => Promise.all([import('./html'), import('./sanitise-in-browser')]);

/** One after the other: both load the same module, and Node 20 fails when it is imported and required at once. */
async function onServer() {
	const html = await import('./html');
	return [html, await import('./sanitise-on-server')] as const;
}
