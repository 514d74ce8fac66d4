import type { Handle } from '@sveltejs/kit';

/** Where `app.html` has room for the theme. */
const PLACE = '%coda.theme%';

/**
 * Writes the theme of the account into the page, so that a new browser, or one without scripts, shows it from
 * the first paint. Where nobody chose one, the script in `app.html` looks into the browser.
 */
export const themeHandle: Handle = ({ event, resolve }) =>
	resolve(event, {
		transformPageChunk: ({ html }) => {
			const theme = event.locals.session?.shell.theme;
			return html.replace(PLACE, theme ? ` data-theme="${theme}"` : '');
		}
	});
