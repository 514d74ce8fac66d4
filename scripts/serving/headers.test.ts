import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { headersFor, prerenderedPages, readSecurityHeaders } from './headers.mjs';

const settings = { security: { 'x-test': 'yes' }, pages: new Set(['/', '/about']) };
const cachingOf = (tier: string, path: string) =>
	headersFor({ path, protocol: 'https' }, { ...settings, tier })['cache-control'];

test('every answer has the security headers', () => {
	expect(headersFor({ path: '/x', protocol: 'http' }, { ...settings, tier: 'production' })).toEqual(
		{
			'x-test': 'yes'
		}
	);
	expect(readSecurityHeaders()).toMatchObject({ 'x-content-type-options': 'nosniff' });
});

test('only https is asked for again', () => {
	const over = (protocol: string) =>
		Object.keys(headersFor({ path: '/', protocol }, { ...settings, tier: 'production' }));

	expect(over('https')).toContain('strict-transport-security');
	expect(over('http')).not.toContain('strict-transport-security');
});

test('prerendered pages are kept for a minute by shared caches, but not in development', () => {
	expect(cachingOf('production', '/about')).toBe('public, max-age=0, s-maxage=60');
	expect(cachingOf('production', '/ideas')).toBeUndefined();
	expect(cachingOf('development', '/about')).toBe('no-store');
});

test('hashed files keep what the handler says, also in development', () => {
	expect(cachingOf('development', '/_app/immutable/entry.js')).toBeUndefined();
	expect(cachingOf('development', '/favicon.svg')).toBe('no-store');
});

test('prerendered files are known by the paths they are asked for under', () => {
	const folder = mkdtempSync(join(tmpdir(), 'coda-pages-'));
	mkdirSync(join(folder, 'docs'));
	for (const name of [
		'index.html',
		'about.html',
		'docs/index.html',
		'docs/import.html',
		'robots.txt'
	]) {
		writeFileSync(join(folder, name), '');
	}

	const pages = prerenderedPages(folder);

	rmSync(folder, { recursive: true });
	expect([...pages].toSorted()).toEqual(['/', '/about', '/docs/', '/docs/import']);
	expect(prerenderedPages(join(folder, 'missing'))).toEqual(new Set());
});
