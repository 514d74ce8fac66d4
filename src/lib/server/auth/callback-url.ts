/** Where a person lands when nothing better is known. */
export const HOME = '/ideas';

/** The pages of signing in itself lead on and are nobody's aim. */
const OWN_PAGES = /^\/sign-(in|up|out)(\/|$)/;

/** Longer addresses are nobody's; they would only be stored. */
const MAX_CHARS = 2_048;

/**
 * The path to go to after signing in: what was asked for when it is a path of this site, else home.
 * Absolute and protocol-relative addresses, backslashes and control characters lead home too.
 */
export function safeCallbackUrl(asked: FormDataEntryValue | null | undefined): string {
	if (typeof asked !== 'string' || asked.length > MAX_CHARS) return HOME;
	// eslint-disable-next-line no-control-regex -- browsers drop some control characters inside an address
	if (!/^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(asked)) return HOME;
	const base = 'http://coda.invalid';
	if (!URL.canParse(asked, base)) return HOME;
	const url = new URL(asked, base);
	if (url.origin !== base || url.pathname.startsWith('//')) return HOME;
	return OWN_PAGES.test(url.pathname) ? HOME : url.pathname + url.search + url.hash;
}
