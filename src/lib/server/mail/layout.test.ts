import { describe, expect, test } from 'vitest';
import { v4 as uuid } from 'uuid';
import { composeMail } from './layout';
import { linksIn } from './mail';

const full = () =>
	composeMail({
		to: 'ada@example.com',
		template: 'newDevice',
		subject: 'A new device signed in',
		preheader: 'Was it you?',
		paragraphs: ['Somebody signed in to your account.', 'If it was you, all is well.'],
		facts: [
			['When', '25 November 2026, 15:54 UTC'],
			['Browser', 'Firefox 140 on Linux']
		],
		button: { label: 'See your sessions', href: 'https://coda.test/account/sessions?a=1&b=2' },
		small: ['If it was not you, change your password.']
	});

/** What a person reads of the HTML. */
const readable = (html: string) =>
	html
		.replace(/<style>[\s\S]*?<\/style>/, '')
		.replace(/<[^>]*>/g, ' ')
		.replaceAll('&amp;', '&')
		.replace(/\s+/g, ' ');

describe('composeMail', () => {
	test('says the same in text and in HTML', () => {
		const { text, html } = full();

		for (const words of [
			'Somebody signed in to your account.',
			'If it was you, all is well.',
			'When',
			'25 November 2026, 15:54 UTC',
			'Browser',
			'Firefox 140 on Linux',
			'See your sessions',
			'https://coda.test/account/sessions?a=1&b=2',
			'If it was not you, change your password.'
		]) {
			expect(text).toContain(words);
			expect(readable(html)).toContain(words);
		}
	});

	test('lines the facts up in the text', () => {
		expect(full().text).toContain(
			'When:    25 November 2026, 15:54 UTC\nBrowser: Firefox 140 on Linux'
		);
	});

	test('takes whatever comes from outside as text', () => {
		const evil = `<img src=x onerror="alert('1')">`;

		const { html } = composeMail({
			to: 'ada@example.com',
			template: 'test',
			subject: evil,
			preheader: evil,
			paragraphs: [evil],
			facts: [[evil, evil]],
			button: { label: evil, href: `https://coda.test/"${evil}` },
			small: [evil]
		});

		expect(html).not.toContain('<img');
		expect(html).not.toContain('onerror="');
		expect(html.match(/&lt;img src=x/g)?.length).toBeGreaterThanOrEqual(8);
	});

	test('loads nothing from anywhere and runs nothing', () => {
		expect(full().html).not.toMatch(/<(img|script|link|iframe|object)|url\(|@import|@font-face/i);
	});

	test('keeps a subject on one line', () => {
		const { subject } = composeMail({
			to: 'ada@example.com',
			template: 'test',
			subject: 'Hello\r\nBcc: eve@example.com',
			paragraphs: ['Hello']
		});

		expect(subject).toBe('Hello Bcc: eve@example.com');
	});

	test('stays below what mail programs show in whole, however long the names are', () => {
		const long = '<'.repeat(100_000);

		const { html, text } = composeMail({
			to: 'ada@example.com',
			template: 'test',
			subject: long,
			paragraphs: [long, long],
			facts: Array.from({ length: 8 }, (_, n) => [`Fact ${n}`, long] as const),
			small: [long]
		});

		expect(Buffer.byteLength(html)).toBeLessThan(100_000);
		expect(text).toContain('…');
	});

	test('says how to stop what nobody has to get, and offers it for nothing else', () => {
		const news = composeMail({
			to: 'ada@example.com',
			template: 'news',
			topic: 'news',
			userId: uuid(),
			subject: 'News',
			paragraphs: ['There is news.']
		});

		const [stop = ''] = linksIn(news.text);
		expect(stop).toContain('/unsubscribe?token=');
		expect(news.html).toContain(stop);
		expect(full().text).not.toContain('unsubscribe');
		expect(full().html).not.toContain('unsubscribe');
	});
});
