import { v7 as uuid } from 'uuid';
import { generateKeyBetween } from 'fractional-indexing';
import { LIMITS } from '$lib/limits';
import {
	ImportedFeature,
	ImportedIdea,
	SCHEMA_VERSION,
	type TransferFormat
} from '$lib/schemas/transfer';
import { readCsv } from './import-csv';
import { fitted, nameUnknown } from './import-foreign';
import { JsonReader, type FilePart } from './import-json-reader';
import { readMarkdown } from './import-markdown';
import { modernFeature, modernIdea } from './import-older';
import { unreadable, type Problems } from './import-problems';

/** An idea or a feature on its way into the staging table. */
export interface StagedItem {
	idea_index: number;
	feature_index: number;
	new_id: string;
	source_id: string | null;
	title: string;
	content: Record<string, unknown>;
	position: string;
	created_at: string | null;
	updated_at: string | null;
}

/** Everything in a file that can be taken; what cannot goes to the problems. @throws UnreadableFile */
export async function* itemsOf(
	format: TransferFormat,
	bytes: AsyncIterable<Uint8Array>,
	problems: Problems
): AsyncGenerator<StagedItem> {
	const counted = { ideas: 0, features: 0 };
	const head: Record<string, unknown> = {};
	const seen = new Map<string, string>();
	let position: string | null = null;
	for await (const part of READERS[format](bytes)) {
		if (part.kind === 'head') {
			checkHead(part.key, part.value, problems);
			head[part.key] = part.value;
			continue;
		}
		if (part.kind === 'remark') {
			problems.remark(part.line ? `line ${part.line}` : '', part.message);
			continue;
		}
		if (part.kind === 'end') {
			if (!part.hasIdea) problems.add(`ideas[${part.ideaIndex}].idea`, 'This is missing.');
			continue;
		}
		count(counted, part);
		if (part.kind === 'idea' || part.featureIndex === 0) position = null;
		position = generateKeyBetween(position, null);
		const item = itemOf(part, position, { isForeign: format !== 'json', problems });
		if (item && !isRepeated(item, seen, { path: placeOf(part), problems })) yield item;
	}
	compareCounts(head, counted, problems);
	if (counted.ideas === 0 && problems.all.length === 0) {
		unreadable('ideas', 'There is no idea in this file.');
	}
}

const READERS: Record<
	TransferFormat,
	(bytes: AsyncIterable<Uint8Array>) => AsyncIterable<FilePart>
> = {
	json: readJson,
	csv: readCsv,
	markdown: readMarkdown
};

async function* readJson(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FilePart> {
	const reader = new JsonReader();
	for await (const piece of bytes) yield* reader.read(piece);
	reader.end();
}

function checkHead(key: string, value: unknown, problems: Problems): void {
	if (!HEAD.has(key)) {
		problems.remark('', `“${key.slice(0, 60)}” means nothing here, and is left out.`);
	}
	if (key !== 'schemaVersion' || value === SCHEMA_VERSION) return;
	unreadable(
		'schemaVersion',
		`This file is of version ${JSON.stringify(value)?.slice(0, 40)}; this Coda reads version ${SCHEMA_VERSION}.`
	);
}

/** What a file says of itself. */
const HEAD = new Set(['schemaVersion', 'exportedAt', 'ideas', 'ideaCount', 'featureCount']);

function count(counted: { ideas: number; features: number }, { kind, ideaIndex }: Part) {
	if (kind === 'idea') counted.ideas += 1;
	if (kind === 'feature') counted.features += 1;
	if (ideaIndex >= LIMITS.ideasPerPerson) {
		unreadable('ideas', `At most ${LIMITS.ideasPerPerson.toLocaleString('en')} ideas.`);
	}
	if (counted.features > LIMITS.featuresPerImport) {
		unreadable('ideas', `At most ${LIMITS.featuresPerImport.toLocaleString('en')} features.`);
	}
}

function itemOf(
	part: Part,
	position: string,
	{ isForeign, problems }: { isForeign: boolean; problems: Problems }
): StagedItem | undefined {
	const isIdea = part.kind === 'idea';
	const path = placeOf(part);
	if (!isIdea && part.featureIndex >= LIMITS.featuresPerIdea) {
		unreadable(path, `At most ${LIMITS.featuresPerIdea.toLocaleString('en')} features in an idea.`);
	}
	const about = { isIdea, path, problems };
	if (!isForeign) nameUnknown(part.value, about);
	const value = isForeign ? fitted(part.value as Record<string, unknown>, about) : part.value;
	const parsed = isIdea
		? ImportedIdea.safeParse(modernIdea(value))
		: ImportedFeature.safeParse(modernFeature(value));
	if (!parsed.success) {
		problems.addIssues(path, parsed.error);
		return undefined;
	}
	const { id, createdAt, updatedAt, version: _v, position: _p, ...content } = parsed.data;
	return {
		idea_index: part.ideaIndex,
		feature_index: isIdea ? -1 : part.featureIndex,
		new_id: uuid(),
		source_id: id?.toLowerCase() ?? null,
		title: content.title,
		content,
		position,
		created_at: createdAt ?? null,
		updated_at: updatedAt ?? null
	};
}

type Part = Extract<FilePart, { kind: 'idea' | 'feature' }>;

/** Where in the file it is: by its line, where it has lines. */
const placeOf = (part: Part): string =>
	part.line
		? `line ${part.line}`
		: pathOf(part.ideaIndex, part.kind === 'idea' ? -1 : part.featureIndex);

/** How an idea or a feature is called in a file. */
export const pathOf = (ideaIndex: number, featureIndex: number): string =>
	featureIndex < 0 ? `ideas[${ideaIndex}].idea` : `ideas[${ideaIndex}].features[${featureIndex}]`;

/** Two things of one id cannot both be it. Features are told apart within their idea. */
function isRepeated(
	item: StagedItem,
	seen: Map<string, string>,
	{ path, problems }: { path: string; problems: Problems }
): boolean {
	if (!item.source_id) return false;
	const key = item.feature_index < 0 ? item.source_id : `${item.idea_index} ${item.source_id}`;
	const first = seen.get(key);
	const isLine = path.startsWith('line ');
	if (first) problems.add(isLine ? `${path}, id` : `${path}.id`, `${first} has the same id.`);
	else seen.set(key, path);
	return first !== undefined;
}

/** Files of the older Coda have no counts; one that has them has what they say. */
function compareCounts(
	head: Record<string, unknown>,
	{ ideas, features }: { ideas: number; features: number },
	problems: Problems
): void {
	for (const [name, found] of Object.entries({ ideaCount: ideas, featureCount: features })) {
		const told = head[name];
		if (told === undefined || told === found) continue;
		problems.add(name, `The file says ${JSON.stringify(told)}, but it holds ${found}.`);
	}
}
