import { composeMail } from './mail/layout';
import type { Mail } from './mail/mail';

/*
 * What a message about an alert says, and in which form each kind of channel takes it.
 */

/** What there is to tell. The names are those of the plain JSON that a webhook gets. */
export interface AlertNotice {
	/** Of the alert: both of its messages carry it. */
	id: string;
	state: 'firing' | 'recovered' | 'test';
	/** 1 is the gravest. */
	severity: number;
	rule: string;
	subject: string;
	title: string;
	says: string;
	/** Since when it is bad. */
	since: string;
	/** How often it came back before it was told to be over. */
	times: number;
	firstStep: string;
	url: string;
	/** The first line of a message. */
	headline: string;
}

/** Completes a notice with its first line: `Severity 1: A dependency does not answer: database`. */
export function noticeOf(given: Omit<AlertNotice, 'headline'>): AlertNotice {
	const what = given.subject ? `${given.title}: ${given.subject}` : given.title;
	const prefix = { firing: `Severity ${given.severity}`, recovered: 'Over', test: 'Test' };
	return { ...given, headline: `${prefix[given.state]}: ${what}` };
}

/** The message that shows whether a channel works. */
export const testNotice = (url: string): AlertNotice =>
	noticeOf({
		...{ id: '00000000-0000-0000-0000-000000000000', state: 'test', severity: 4, rule: 'test' },
		...{
			subject: '',
			title: 'This is only a test',
			says: 'An admin tries this channel.',
			times: 1
		},
		since: new Date().toISOString(),
		firstStep: 'Nothing has to be done.',
		url
	});

/** A notice as a mail. */
export const mailOf = ({ state, headline, says, ...notice }: AlertNotice, to: string): Mail =>
	composeMail({
		to,
		template: 'alert',
		subject: headline,
		paragraphs: [state === 'recovered' ? 'It is well again.' : `${says}.`.replace(/\.\.$/, '.')],
		facts: [
			['Severity', String(notice.severity)],
			['Since', `${notice.since.slice(0, 16).replace('T', ' ')} UTC`],
			...(notice.times > 1 ? [['Came back', `${notice.times - 1} times`] as const] : []),
			...(state === 'recovered' ? [] : [['First', notice.firstStep] as const])
		],
		button: { label: 'Look at it', href: notice.url },
		small: ['You get this because you are told of alerts. Channels are chosen under Alerts.']
	});

/** Forms of a webhook. */
export type WebhookKind = 'slack' | 'discord' | 'ntfy' | 'json';

/** What is posted to a webhook. */
export interface Posted {
	body: string;
	headers: Record<string, string>;
}

const SLACK_SPECIAL: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const COLOURS = { 1: 0xc0392b, 2: 0xd35400, 3: 0xb7950b, 4: 0x7f8c8d } as Record<number, number>;

/** A notice in the form that a kind of webhook takes. */
export function postedTo(kind: WebhookKind, notice: AlertNotice): Posted {
	const { headline, says, firstStep, url, state, severity } = notice;
	const text = state === 'firing' ? `${says}. ${firstStep}` : says;
	const json = { 'content-type': 'application/json' };
	if (kind === 'slack') {
		const safe = (value: string) => value.replace(/[&<>]/g, (one) => SLACK_SPECIAL[one] ?? one);
		return {
			headers: json,
			body: JSON.stringify({ text: `*${safe(headline)}*\n${safe(text)}\n${url}` })
		};
	}
	if (kind === 'discord') {
		const color = state === 'recovered' ? 0x1e8449 : COLOURS[severity];
		const embed = { title: headline.slice(0, 256), description: text.slice(0, 2_000), url, color };
		// What a message names wakes nobody but those who read the channel.
		const body = { embeds: [embed], allowed_mentions: { parse: [] } };
		return { headers: json, body: JSON.stringify(body) };
	}
	if (kind === 'ntfy') {
		const priority = state === 'recovered' ? 2 : Math.max(2, 6 - severity);
		return {
			body: text,
			headers: {
				'content-type': 'text/plain; charset=utf-8',
				title: encodedHeader(headline),
				priority: String(priority),
				click: url,
				tags: state === 'recovered' ? 'white_check_mark' : 'rotating_light'
			}
		};
	}
	return { headers: json, body: JSON.stringify(notice) };
}

/** A header takes only ASCII (RFC 2047). */
const encodedHeader = (value: string): string =>
	/^[\x20-\x7e]*$/.test(value)
		? value
		: `=?UTF-8?B?${Buffer.from(value, 'utf8').toString('base64')}?=`;
