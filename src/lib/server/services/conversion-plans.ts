import { LIMITS } from '$lib/limits';
import type { Reason, ReasonParams } from '$lib/messages';
import type { FeatureToIdea, IdeaToFeature } from '$lib/schemas/conversions';
import { codePoints } from '$lib/schemas/text';
import type { FeatureVisibility, Star } from '../prisma/client';
import type { FeatureText, IdeaText } from './revision-texts';

/*
 * What becomes what, worked out without a database. A plan is what the person sees before it happens and what
 * then happens; nothing in it is cut to fit: what does not fit is a problem, and nothing is done.
 */

/** One thing before or after. */
export interface Piece {
	what: 'idea' | 'feature' | 'section' | 'notes' | 'link' | 'star';
	name: string;
}

/** Something to say, as a reason whose words stand in `messages.ts`. */
export interface Said {
	reason: Reason;
	params: ReasonParams;
}

/** What a person sees of a conversion. */
export interface Plan {
	steps: { from: Piece; to: Piece }[];
	/** What they might not expect. */
	notes: Said[];
	/** Why it cannot be done. */
	problems: Said[];
}

/** A feature with what a conversion needs of it. */
export interface SourceFeature extends FeatureText {
	id: string;
	version: number;
	star: Star;
	starBeforeDone: Star | null;
	completedAt: Date | null;
	visibility: FeatureVisibility;
}

/** An idea with what a conversion needs of it. */
export interface SourceIdea extends IdeaText {
	id: string;
	version: number;
	star: Star;
	tags: string[];
	/** Live ones, in their order. */
	features: SourceFeature[];
	/** People who see it besides the owner. */
	others: number;
}

/** A section of the new feature; its id stays where it was a feature. */
interface NewSection {
	id: string | null;
	label: string;
	body: string;
}

const said = (reason: Reason, params: ReasonParams = {}): Said => ({ reason, params });
const unless = (isFine: boolean, reason: Reason, params: ReasonParams = {}): Said[] =>
	isFine ? [] : [said(reason, params)];

const LINK = 'Link';

/** What an idea becomes as a feature of another. `superLeft` is what the target has to give. */
export function planIdeaToFeature(
	{ children }: Pick<IdeaToFeature, 'children'>,
	source: SourceIdea,
	target: { title: string; features: number; superLeft: number }
) {
	const asSections = children === 'sections';
	const { features } = source;
	const link = [source.linkLabel, source.linkUrl].filter(Boolean).join('\n');
	const sections: NewSection[] = [
		...(source.linkUrl ? [{ id: null, label: LINK, body: link }] : []),
		...(asSections ? features.map(sectionOf) : [])
	];
	const [star, ...stars] = withinLimit(
		[source.star, ...(asSections ? [] : features.map((one) => one.star))],
		target.superLeft
	);
	const isPrivate = asSections && features.some(({ visibility }) => visibility === 'private');
	const feature = {
		title: source.title,
		notes: source.notes,
		sections,
		visibility: isPrivate ? ('private' as const) : ('inherit' as const),
		star: star ?? 'none'
	};
	const siblings = asSections
		? []
		: features.map(({ id, star: had }, place) => ({ id, star: stars[place] ?? had }));
	const done = asSections ? features.filter(({ completedAt }) => completedAt).length : 0;
	const starred = asSections ? features.filter((one) => one.star !== 'none').length : 0;
	const isShort =
		feature.star !== source.star ||
		siblings.some((one, place) => one.star !== features[place]?.star);
	const added = 1 + siblings.length;
	const plan: Plan = {
		steps: [
			step(['idea', source.title], ['feature', `${source.title}, in ${target.title}`]),
			...(source.notes ? [step(['notes', source.title], ['notes', source.title])] : []),
			...(source.linkUrl ? [step(['link', source.linkUrl], ['section', LINK])] : []),
			...features.flatMap((one) =>
				asSections
					? [
							step(['feature', one.title], ['section', one.title]),
							...one.sections.map(({ label }) =>
								step(['section', `${one.title}: ${label}`], ['section', `in ${one.title}`])
							)
						]
					: [step(['feature', one.title], ['feature', `${one.title}, in ${target.title}`])]
			)
		],
		notes: [
			...unless(!isShort, 'convert.starDemoted'),
			...unless(!isPrivate, 'convert.becomesPrivate'),
			...unless(done === 0, 'convert.doneLost', { count: done }),
			...unless(starred === 0, 'convert.starsLost', { count: starred }),
			...unless(source.tags.length === 0, 'convert.tagsLost', { count: source.tags.length }),
			...unless(source.others === 0, 'convert.membersLose', { count: source.others }),
			said('convert.ideaToTrash')
		],
		problems: [
			...unless(target.features + added <= LIMITS.featuresPerIdea, 'convert.tooManyFeatures', {
				count: target.features + added
			}),
			...unless(sections.length <= LIMITS.sectionsPerFeature, 'convert.tooManySections', {
				count: sections.length
			}),
			...sections.flatMap(problemsOfSection)
		]
	};
	return { plan, feature, siblings };
}

/** A feature as a section: its own sections follow its notes, each under its name. */
const sectionOf = ({ id, title, notes, sections }: SourceFeature): NewSection => ({
	id,
	label: title,
	body: withSections(notes, sections, '###')
});

const withSections = (notes: string, sections: { label: string; body: string }[], mark: string) =>
	[notes, ...sections.map(({ label, body }) => [label && `${mark} ${label}`, body])]
		.flat()
		.filter(Boolean)
		.join('\n\n');

function problemsOfSection({ label, body }: NewSection): Said[] {
	const [labelChars, bodyChars] = [codePoints(label), codePoints(body)];
	return [
		...unless(labelChars <= LIMITS.sectionLabelChars, 'convert.labelTooLong', {
			title: label,
			chars: labelChars
		}),
		...unless(bodyChars <= LIMITS.sectionBodyChars, 'convert.bodyTooLong', {
			title: label,
			chars: bodyChars
		})
	];
}

/** What a feature becomes as an idea of its own. */
export function planFeatureToIdea(
	{ children }: Pick<FeatureToIdea, 'children'>,
	source: SourceFeature,
	owner: { ideas: number; superLeft: number }
) {
	const link = source.sections.find((section) => linkOf(section) !== undefined);
	const rest = source.sections.filter((section) => section !== link);
	const asFeatures = children === 'features';
	const wanted = source.completedAt ? (source.starBeforeDone ?? 'none') : source.star;
	const [star = wanted] = withinLimit([wanted], owner.superLeft);
	const idea = {
		title: source.title,
		notes: asFeatures ? source.notes : withSections(source.notes, rest, '##'),
		linkUrl: null,
		linkLabel: null,
		...(link && linkOf(link)),
		star
	};
	const features = asFeatures
		? rest.map(({ label, body }, place) => ({
				title: label || `Section ${place + 1}`,
				notes: body
			}))
		: [];
	const noteChars = codePoints(idea.notes);
	const plan: Plan = {
		steps: [
			step(['feature', source.title], ['idea', source.title]),
			...(source.notes ? [step(['notes', source.title], ['notes', source.title])] : []),
			...(link && idea.linkUrl ? [step(['section', link.label], ['link', idea.linkUrl])] : []),
			...rest.map(({ label }, place) =>
				asFeatures
					? step(['section', label], ['feature', features[place]?.title ?? ''])
					: step(['section', label], ['notes', source.title])
			)
		],
		notes: [
			...unless(star === wanted, 'convert.starDemoted'),
			...unless(!source.completedAt, 'convert.doneEnds'),
			...unless(source.visibility === 'inherit', 'convert.ownIdea'),
			said('convert.featureToTrash')
		],
		problems: [
			...unless(owner.ideas < LIMITS.ideasPerPerson, 'idea.quota'),
			...unless(noteChars <= LIMITS.ideaNotesChars, 'convert.notesTooLong', { chars: noteChars })
		]
	};
	return { plan, idea, features };
}

/** The link that a section holds, as converting an idea wrote it: an address, with its label in the line above. */
function linkOf({ label, body }: { label: string; body: string }) {
	if (label !== LINK) return undefined;
	const lines = body.trim().split('\n');
	const linkUrl = lines.at(-1) ?? '';
	const linkLabel = lines.length === 2 ? (lines[0] ?? '') : null;
	const isLink =
		lines.length <= 2 &&
		/^https?:\/\/\S+$/i.test(linkUrl) &&
		URL.canParse(linkUrl) &&
		codePoints(linkUrl) <= LIMITS.linkUrlChars &&
		codePoints(linkLabel ?? '') <= LIMITS.linkLabelChars;
	return isLink ? { linkUrl, linkLabel } : undefined;
}

/** The first ones get the super-stars that are left, and the others a star. */
function withinLimit(wanted: Star[], superLeft: number): Star[] {
	let left = superLeft;
	return wanted.map((star) => {
		if (star !== 'super') return star;
		left -= 1;
		return left >= 0 ? 'super' : 'star';
	});
}

type Named = [Piece['what'], string];
const step = (from: Named, to: Named) => ({
	from: { what: from[0], name: from[1] },
	to: { what: to[0], name: to[1] }
});
