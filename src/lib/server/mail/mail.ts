import type { Topic } from './topics';

/** One mail to one address, as it waits in the outbox. `composeMail` makes one. */
export interface Mail {
	/** In lower case, as accounts are named. */
	to: string;
	subject: string;
	text: string;
	html: string;
	/** Which mail it is, for the mail log: `signIn`, `newDevice`. */
	template: string;
	/** What one can stop getting it by. What somebody has to know, or asked for, has none. */
	topic?: Topic;
	/** Whose account it is about. A mail of a topic is only sent while that person wants it. */
	userId?: string;
}

/** The addresses that a text mentions, in order. */
export function linksIn(text: string): string[] {
	return text.match(/https?:\/\/[^\s<>"]+/g) ?? [];
}
