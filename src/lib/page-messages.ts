import { LIMITS } from './limits';

/*
 * What a page says by itself, without a refusal that brings its words: that something became otherwise than
 * it was asked for, and that something failed without a word.
 */

/** Every reason that the board and the page of an idea have words for. */
export const PAGE_MESSAGES = {
	'feature.done': () => 'This feature is done. Reopen it first, then give it a star.',
	'feature.doneMany': () => 'These features are done. Reopen them first, then give them a star.',
	'feature.superFullNew': () =>
		`This idea already has ${LIMITS.superStars} super-stars, so this feature came with a star.`,
	'feature.superFull': () =>
		`This idea already has ${LIMITS.superStars} super-stars, so this feature became unstarred instead.`,
	'feature.superFullStar': () =>
		`This idea already has ${LIMITS.superStars} super-stars, so this feature has a star instead.`,
	'feature.superFullMany': () =>
		`An idea has ${LIMITS.superStars} super-stars at most, so the others have a star instead.`,
	'star.superFullBack': () =>
		`You have ${LIMITS.superStars} super-stars at most, so a super-star came back as a star.`,
	'star.superFull': () =>
		`You already have ${LIMITS.superStars} super-stars, so this one became unstarred instead.`,
	'star.superFullMany': () =>
		`You have ${LIMITS.superStars} super-stars at most, so the others have a star instead.`,
	'star.superFullNew': () =>
		`You already have ${LIMITS.superStars} super-stars, so this idea came with a star.`,
	'server.error': () => 'Something went wrong on our side.'
} satisfies Record<string, () => string>;

/** Why something is not as it was asked for. */
export type PageReason = keyof typeof PAGE_MESSAGES;

/** The sentence for such a reason. */
export const pageMessage = (reason: PageReason): string => PAGE_MESSAGES[reason]();

/** Whether a refusal says that Coda is being worked on: it passes, and what was written is sent then. */
export const isMaintenance = (reason?: string): boolean =>
	reason?.startsWith('maintenance.') ?? false;
