import { LIMITS } from '$lib/limits';
import { codePoints } from '$lib/schemas/text';
import { FILE_FIELDS, ImportedFeature, ImportedIdea } from '$lib/schemas/transfer';
import { COLUMNS } from '$lib/transfer-columns';
import { plainly, type Problems } from './import-problems';

/*
 * Tables and outlines come from everywhere. What one of our files would be refused for is made to fit here, where
 * nothing is lost by it, or left out and named.
 */

type Value = Record<string, unknown>;
interface Section {
	id: string;
	label: string;
	body: string;
}
interface About {
	isIdea: boolean;
	path: string;
	problems: Problems;
}

/** An idea or a feature of a table or an outline as an import takes it. */
export function fitted(value: Value, about: About): Value {
	const fit = { ...value, ...fittedTitle(value, about), ...fittedSections(value) };
	const shape = about.isIdea ? ImportedIdea : ImportedFeature;
	const wrong = shape.safeParse(fit).error?.issues ?? [];
	const out = new Set<string>();
	for (const { path, message } of wrong) {
		const field = String(path[0]);
		if (out.has(field) || !(field in NAMES)) continue;
		about.problems.remark(about.path, `“${NAMES[field]}” is left out. ${plainly(message)}`);
		out.add(field);
	}
	return Object.fromEntries(Object.entries(fit).filter(([field]) => !out.has(field)));
}

/** Fields that may be left out, as a table heads them. The texts are no part of this: they are what it is about. */
const NAMES: Record<string, string> = {
	id: COLUMNS.id.head,
	star: COLUMNS.star.head,
	visibility: COLUMNS.visibility.head,
	tags: COLUMNS.tags.head,
	linkUrl: COLUMNS.linkUrl.head,
	linkLabel: COLUMNS.linkLabel.head,
	archivedAt: COLUMNS.archived.head,
	completedAt: COLUMNS.done.head,
	createdAt: COLUMNS.createdAt.head,
	updatedAt: COLUMNS.updatedAt.head
};

/** A title that is too long stands in the notes, whole. */
function fittedTitle({ title, notes }: Value, { path, problems }: About): Value {
	const text = typeof title === 'string' ? title.trim() : '';
	if (text === '') {
		problems.remark(path, 'There is no title here; it is called “Untitled”.');
		return { title: 'Untitled' };
	}
	if (codePoints(text.normalize('NFC')) <= LIMITS.ideaTitleChars) return {};
	const most = LIMITS.ideaTitleChars;
	problems.remark(
		path,
		`This title has more than ${most} characters: the whole of it is in the notes.`
	);
	const start = [...text.normalize('NFC')].slice(0, most - 1).join('');
	const more = typeof notes === 'string' && notes ? `\n\n${notes}` : '';
	return { title: `${start.trimEnd()}…`, notes: `${text}${more}` };
}

/** A name that is too long is the first line of its section, and sections more than there can be are notes. */
function fittedSections({ sections, notes }: Value): Value {
	if (!Array.isArray(sections) || !sections.every(isSection)) return {};
	const fit = sections.map(({ label, body, ...rest }) =>
		codePoints(label) > LIMITS.sectionLabelChars
			? { ...rest, label: '', body: `${label}\n${body}`.trimEnd() }
			: { ...rest, label, body }
	);
	const over = fit.splice(LIMITS.sectionsPerFeature);
	if (over.length === 0) return { sections: fit };
	const texts = over.map(({ label, body }) => (label ? `**${label}**\n${body}` : body));
	const before = typeof notes === 'string' && notes ? [notes] : [];
	return { sections: fit, notes: [...before, ...texts].join('\n\n') };
}

const isSection = (value: unknown): value is Section =>
	typeof value === 'object' &&
	value !== null &&
	'label' in value &&
	typeof value.label === 'string' &&
	'body' in value &&
	typeof value.body === 'string';

/** Names what one of our own files says that this release does not know. */
export function nameUnknown(value: unknown, { isIdea, path, problems }: About): void {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
	const known = isIdea ? FILE_FIELDS.idea : FILE_FIELDS.feature;
	for (const name of Object.keys(value)) {
		if (known.has(name) || OLDER.has(name)) continue;
		problems.remark(path, `“${name.slice(0, 60)}” means nothing here, and is left out.`);
	}
}

/** What files of the older Coda have in place of notes and sections. */
const OLDER = new Set(['detail', 'detailLabel']);
