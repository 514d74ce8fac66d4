import { constants } from 'node:zlib';
import compression from 'compression';

/** Below this an answer fits into one packet anyway, and packing it costs more than it saves. */
const thresholdBytes = 1_024;

/**
 * Compresses what the application makes, with Brotli or gzip. Files and prerendered pages come compressed
 * from the build and are left as they are. Whatever is written is sent on at once, so that a page or
 * stream that comes in parts arrives in parts.
 *
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, next: () => void) => void}
 */
export function createCompression() {
	const compress = compression({
		threshold: thresholdBytes,
		filter: (request, response) =>
			!isAskedFromOutside(request) && response.statusCode !== 206 && isCompressible(response),
		flush: constants.Z_SYNC_FLUSH,
		brotli: { flush: constants.BROTLI_OPERATION_FLUSH }
	});
	return (request, response, next) => {
		// The package is written for Express, and uses nothing of it that Node does not have.
		const args = /** @type {Parameters<typeof compress>} */ (
			/** @type {unknown} */ ([request, response, next])
		);
		weakenTagWhenCompressed(response);
		compress(...args);
	};
}

/**
 * The length of a compressed page tells whether something in it repeats. Who can make a browser that is
 * signed in ask for pages with words of their choice, and sees the lengths go by, learns the page letter
 * by letter (BREACH). Only another site can make it ask, and browsers say when one does: then the page of
 * somebody who is signed in goes out as it is.
 *
 * @param {import('node:http').IncomingMessage} request
 */
function isAskedFromOutside({ headers }) {
	const site = headers['sec-fetch-site'];
	return headers.cookie !== undefined && (site === 'cross-site' || site === 'same-site');
}

/** @param {import('node:http').ServerResponse} response */
function isCompressible(response) {
	const type = String(response.getHeader('content-type') ?? '');
	return /^text\/|[/+](json|javascript|xml)\b|^image\/svg\+xml|^application\/x-ndjson/.test(type);
}

/**
 * A strong tag promises the same bytes, which another encoding does not have.
 *
 * @param {import('node:http').ServerResponse} response
 */
function weakenTagWhenCompressed(response) {
	const setHeader = response.setHeader.bind(response);
	response.setHeader = (name, value) => {
		const tag = response.getHeader('etag');
		if (name.toLowerCase() === 'content-encoding' && typeof tag === 'string' && tag[0] === '"') {
			setHeader('etag', `W/${tag}`);
		}
		return setHeader(name, value);
	};
}
