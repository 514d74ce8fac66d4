import { bodyHtml } from './layout-html';
import type { Mail } from './mail';
import type { Topic } from './topics';
import { unsubscribeUrl } from './unsubscribe';

/** One thing to do. */
export interface MailButton {
	/** A verb. */
	label: string;
	/** An address of this site. */
	href: string;
}

/** What a mail says, once, for its text and its HTML. */
export interface MailContent {
	to: string;
	/** Which mail it is, for the mail log. */
	template: string;
	subject: string;
	/** What stands behind the subject in a list of mails; the first paragraph where it is left out. */
	preheader?: string;
	paragraphs: string[];
	/** What happened, as names and values: `['When', '25 November, 15:54 UTC']`. */
	facts?: readonly (readonly [name: string, value: string])[];
	button?: MailButton;
	/** Why somebody gets this, and what to do if it was not them. */
	small?: string[];
}

/** A mail that nobody has to get says whose switch stops it. */
type About = { topic: Topic; userId: string } | { topic?: undefined; userId?: string };

/** More than that says nothing in a mail: names of browsers and places come from outside. */
const TEXT_CHARS = 1_000;
const SUBJECT_CHARS = 200;

/**
 * Makes a mail out of what it says. Text and HTML carry the same facts; nothing is loaded from
 * anywhere, and whatever comes from outside is text.
 */
export function composeMail({ to, template, topic, userId, ...given }: MailContent & About): Mail {
	const content = clipped(given);
	const stop = topic && unsubscribeUrl(userId, topic);
	return {
		to,
		template,
		subject: content.subject,
		text: textOf(content, stop),
		html: bodyHtml(content, stop),
		...(topic && { topic }),
		...(userId && { userId })
	};
}

/** What the two forms are drawn from. */
export type Drawn = Required<Omit<MailContent, 'to' | 'template' | 'button'>> &
	Pick<MailContent, 'button'>;

function clipped(given: Omit<MailContent, 'to' | 'template'>): Drawn {
	const paragraphs = given.paragraphs.map((text) => clip(text, TEXT_CHARS));
	return {
		subject: clip(given.subject, SUBJECT_CHARS),
		preheader: clip(given.preheader ?? paragraphs[0] ?? '', SUBJECT_CHARS),
		paragraphs,
		facts: (given.facts ?? []).map(([name, value]) => [name, clip(value, TEXT_CHARS)] as const),
		button: given.button,
		small: (given.small ?? []).map((text) => clip(text, TEXT_CHARS))
	};
}

/** One line, and not a long one. */
function clip(text: string, chars: number): string {
	const points = [...text.replace(/\s+/g, ' ').trim()];
	return points.length > chars ? `${points.slice(0, chars - 1).join('')}…` : points.join('');
}

function textOf({ paragraphs, facts, button, small }: Drawn, stop: string | undefined): string {
	const width = Math.max(0, ...facts.map(([name]) => name.length)) + 1;
	const blocks = [
		...paragraphs,
		facts.map(([name, value]) => `${`${name}:`.padEnd(width)} ${value}`).join('\n'),
		button ? `${button.label}:\n${button.href}` : '',
		...small,
		stop ? `Stop these mails:\n${stop}` : '',
		'-- \nCoda'
	];
	return `${blocks.filter(Boolean).join('\n\n')}\n`;
}
