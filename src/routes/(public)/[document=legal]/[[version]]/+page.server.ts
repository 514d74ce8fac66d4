import { error } from '@sveltejs/kit';
import { messageFor } from '$lib/messages';
import { LEGAL, legalVersion, type LegalDocument } from '$lib/server/legal';
import { publicCaching } from '$lib/server/public-pages';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ params, setHeaders }) => {
	const name = params.document as LegalDocument;
	const { title, version: newest, versions } = LEGAL[name];
	const found = legalVersion(name, params.version ?? newest);
	if (!found) error(404, { message: messageFor('page.notFound') });
	setHeaders(publicCaching);
	const { version, changed, html } = found;
	return { name, title, versions, newest, version, changed, html };
};
