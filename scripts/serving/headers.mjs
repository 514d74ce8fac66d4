import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * @typedef {object} HeaderSettings
 * @property {string} tier
 * @property {Record<string, string>} security headers of every answer
 * @property {Set<string>} pages the paths of prerendered pages
 */

/** How long a shared cache keeps a prerendered page; a browser asks again each time. */
const pageCaching = 'public, max-age=0, s-maxage=60';

/** Where files lie that never change under their name. The handler lets them be kept for ever. */
const assets = '/_app/immutable/';

/**
 * The headers that an answer begins with. The application replaces them in what it makes itself; files and
 * prerendered pages, which it never sees, keep them.
 *
 * @param {{ path: string, protocol: string }} request the path without its query
 * @param {HeaderSettings} settings
 * @returns {Record<string, string>}
 */
export function headersFor({ path, protocol }, { tier, security, pages }) {
	/** @type {Record<string, string>} */
	const headers = { ...security };
	if (protocol === 'https') {
		headers['strict-transport-security'] = 'max-age=63072000; includeSubDomains';
	}
	if (tier !== 'production') headers['x-robots-tag'] = 'noindex';
	if (tier === 'development') {
		if (!path.startsWith(assets)) headers['cache-control'] = 'no-store';
	} else if (pages.has(path)) {
		headers['cache-control'] = pageCaching;
	}
	return headers;
}

/**
 * The security headers, which the application sets too.
 *
 * @returns {Record<string, string>}
 */
export function readSecurityHeaders() {
	const file = new URL('../../src/lib/server/security-headers.json', import.meta.url);
	return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * The paths under which a build's prerendered pages are asked for: `about.html` is `/about`.
 *
 * @param {string} folder
 * @returns {Set<string>}
 */
export function prerenderedPages(folder) {
	if (!existsSync(folder)) return new Set();
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
	return new Set(
		files.map((file) => `/${file.replace(/\.html$/, '').replace(/(^|\/)index$/, '$1')}`)
	);
}
