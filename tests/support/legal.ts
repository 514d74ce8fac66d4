import { readdirSync } from 'node:fs';

/** The present versions of what a person agrees to, as pairs of document and version. */
export const CURRENT_DOCUMENTS = (['terms', 'privacy'] as const).map((document) => {
	const folder = new URL(`../../src/lib/legal/${document}/`, import.meta.url);
	const newest = readdirSync(folder).sort().at(-1) ?? '';
	return { document, version: newest.replace(/\.md$/, '') };
});
