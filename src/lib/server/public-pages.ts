import { BUILT_AT } from './build';
import { LEGAL } from './legal';

/** What lets a shared cache keep a public page for a minute. It holds nothing of anyone, and sets no cookie. */
export const publicCaching = { 'cache-control': 'public, max-age=0, s-maxage=60' };

/** When the accessibility statement was last gone over. */
export const ACCESSIBILITY_REVIEWED = '2026-11-25';

/** Every page that anyone may find, with the day it last changed. The sitemap and `robots.txt` read it. */
export const PUBLIC_PAGES: readonly { path: string; changed: string }[] = [
	{ path: '/', changed: BUILT_AT.slice(0, 10) },
	{ path: '/terms', changed: LEGAL.terms.version },
	{ path: '/privacy', changed: LEGAL.privacy.version },
	{ path: '/accessibility', changed: ACCESSIBILITY_REVIEWED }
];
