import { v5 as uuidOf } from 'uuid';

/** What ids of sections are made from, so that the same file gives the same ones again. */
const NAMESPACE = '6f4d8a52-3f4e-4c0b-9d3a-2b8c51d7e9f0';

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A feature as files of the older Coda have it: one text `detail` under the name `detailLabel` in place of
 * sections. Anything else stays as it is.
 */
export function modernFeature(value: unknown): unknown {
	if (!isObject(value) || 'sections' in value) return value;
	const { detail, detailLabel, ...rest } = value;
	if (typeof detail !== 'string') return value;
	const label = typeof detailLabel === 'string' && detailLabel ? detailLabel : 'Detail';
	if (detail === '') return { ...rest, sections: [] };
	const id = uuidOf(`${String(value.id ?? value.title)}\n${label}`, NAMESPACE);
	return { ...rest, sections: [{ id, label, body: detail }] };
}

/** An idea as files of the older Coda have it: its text is `detail`, its head `detailLabel`. */
export function modernIdea(value: unknown): unknown {
	if (!isObject(value) || 'notes' in value || typeof value.detail !== 'string') return value;
	const { detail, detailLabel, ...rest } = value;
	const head = typeof detailLabel === 'string' && detailLabel ? `${detailLabel}\n\n` : '';
	return { ...rest, notes: detail ? head + detail : '' };
}

/** The id of a section that has none of its own. */
export const sectionId = (...parts: (string | number)[]): string =>
	uuidOf(parts.join('\n'), NAMESPACE);
