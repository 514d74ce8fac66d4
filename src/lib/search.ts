/** A piece of a text; `hit` where it is what was searched for. */
export interface Segment {
	text: string;
	hit: boolean;
}

/** What search can find. */
export type SearchKind = 'idea' | 'feature';

/** One thing that a search found. */
export interface SearchHit {
	kind: SearchKind;
	id: string;
	ideaId: string;
	/** Of the idea that it belongs to. */
	ideaTitle: string;
	title: Segment[];
	/** Some of its text around the first hit; empty when only the title matches. */
	excerpt: Segment[];
	star: 'none' | 'star' | 'super';
	isDone: boolean;
	isArchived: boolean;
	isInTrash: boolean;
	/** It does not say what was searched for, but nearly. */
	isNear: boolean;
}

/** A feature of one idea that says what was searched for. */
export type FoundFeature = Pick<SearchHit, 'id' | 'title' | 'excerpt'>;

/** One page of a search. */
export interface SearchPage {
	hits: SearchHit[];
	nextCursor?: string;
	/** There are more matches than are put in order. */
	isCapped: boolean;
	/** What was understood differently than it may have been meant. */
	notes: string[];
	/** A title that says nearly what was asked, where nothing says it. */
	didYouMean?: string;
}

/** Where a thing is opened. */
export const hrefOf = ({ kind, id, ideaId }: Pick<SearchHit, 'kind' | 'id' | 'ideaId'>): string =>
	kind === 'idea' ? `/ideas/${id}` : `/ideas/${ideaId}?feature=${id}`;

/** A title of the palette: kind, id, title, and for a feature the place of its idea in the list. */
export type TitleItem = [id: string, title: string, idea?: number];
