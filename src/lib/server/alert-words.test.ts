import { describe, expect, test } from 'vitest';
import { mailOf, noticeOf, postedTo } from './alert-words';

const notice = noticeOf({
	...{ id: '01890000-0000-7000-8000-000000000000', state: 'firing', severity: 1, times: 1 },
	...{ rule: 'dependency', subject: 'database', title: 'A dependency does not answer' },
	says: 'down <!channel> & *so on*',
	since: '2026-11-26T12:00:00.000Z',
	firstStep: 'See which one.',
	url: 'https://coda.example/admin'
});

describe('a notice', () => {
	test('as plain JSON has every field by its name', () => {
		expect(JSON.parse(postedTo('json', notice).body)).toEqual(notice);
	});

	test('for Slack calls nobody and breaks out of nothing', () => {
		const { text } = JSON.parse(postedTo('slack', notice).body) as { text: string };

		expect(text).toContain('*Severity 1: A dependency does not answer: database*');
		expect(text).toContain('&lt;!channel&gt; &amp;');
	});

	test('for Discord mentions nobody', () => {
		expect(JSON.parse(postedTo('discord', notice).body)).toMatchObject({
			embeds: [{ title: notice.headline, url: notice.url }],
			allowed_mentions: { parse: [] }
		});
	});

	test('for ntfy is urgent by its severity, with headers in ASCII', () => {
		const { headers, body } = postedTo('ntfy', { ...notice, headline: 'Schwere 1: Büro' });

		expect(headers).toMatchObject({
			priority: '5',
			title: expect.stringMatching(/^=\?UTF-8\?B\?/)
		});
		expect(body).toContain('See which one.');
		expect(postedTo('ntfy', { ...notice, state: 'recovered' }).headers.priority).toBe('2');
	});

	test('as a mail says what it is, since when, and what to do first', () => {
		const { subject, text } = mailOf(notice, 'ada@example.com');

		expect(subject).toBe('Severity 1: A dependency does not answer: database');
		expect(text).toMatch(/Since: +2026-11-26 12:00 UTC/);
		expect(text).toMatch(/First: +See which one\./);
	});
});
