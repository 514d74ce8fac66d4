import type { FeatureFields } from '$lib/feature-fields';

/**
 * Reads the form of a feature. Its sections stand one after the other in the order of the form; those whose
 * box is ticked are left out, and so is a new one in which nothing was written.
 */
export function featureFieldsOf(form: FormData): FeatureFields {
	const one = (name: string) => asText(form.get(name));
	const all = (name: string) => form.getAll(name).map(asText);
	const [labels, bodies] = [all('sectionLabel'), all('sectionBody')];
	const removed = new Set(all('sectionRemove'));
	const newId = one('newSectionId');
	return {
		title: one('title'),
		notes: one('notes'),
		visibility: one('visibility') === 'private' ? 'private' : 'inherit',
		sections: all('sectionId')
			.map((id, place) => ({ id, label: labels[place] ?? '', body: bodies[place] ?? '' }))
			.filter(
				({ id, label, body }) => !removed.has(id) && (id !== newId || label.trim() || body.trim())
			)
	};
}

const asText = (value: FormDataEntryValue | null): string =>
	typeof value === 'string' ? value : '';
