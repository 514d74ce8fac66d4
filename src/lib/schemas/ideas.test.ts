import { describe, expect, test } from 'vitest';
import { LIMITS } from '../limits';
import { CreateIdea, UpdateIdea } from './ideas';

const clientKey = '01234567-89ab-7def-8123-456789abcdef';

/** The first sentence for a field of a new idea; nothing when it is fine. */
function complaint(field: string, value: unknown): string | undefined {
	const parsed = CreateIdea.safeParse({ clientKey, title: 'Fine', [field]: value });
	return parsed.error?.issues.find(({ path }) => path[0] === field)?.message;
}

describe('CreateIdea', () => {
	test.each([
		['title', '🎵'.repeat(LIMITS.ideaTitleChars)],
		['title', 'e\u0301'.repeat(LIMITS.ideaTitleChars)],
		['title', '🎵'],
		['title', "Robert'); DROP TABLE ideas;--"],
		['notes', '🎵'.repeat(LIMITS.ideaNotesChars)],
		['linkUrl', 'https://example.com/path?x=1#y'],
		['linkUrl', 'HTTP://EXAMPLE.COM'],
		['linkUrl', ''],
		['linkUrl', null]
	])('takes %s %j', (field, value) => {
		expect(complaint(field, value)).toBeUndefined();
	});

	test.each([
		['title', '', 'Give the idea a title.'],
		['title', ' \n\t ', 'Give the idea a title.'],
		['title', 'x'.repeat(256), 'Title: at most 255 characters.'],
		['title', '🎵'.repeat(256), 'Title: at most 255 characters.'],
		['title', 'x'.repeat(1_000_000), 'Title: at most 255 characters.'],
		['title', 'a\u0000b', 'Title: one of the characters cannot be stored.'],
		['title', 'a\ud800b', 'Title: one of the characters cannot be stored.'],
		['title', 7, 'Title: this must be text.'],
		['notes', 'x'.repeat(10_001), 'Notes: at most 10,000 characters.'],
		['linkUrl', 'javascript:alert(1)', 'Link must begin with http:// or https://.'],
		['linkUrl', ' JaVaScRiPt:alert(1)', 'Link must begin with http:// or https://.'],
		['linkUrl', 'data:text/html,x', 'Link must begin with http:// or https://.'],
		['linkUrl', 'example.com', 'Link must begin with http:// or https://.'],
		['linkUrl', 'https://', 'Link must begin with http:// or https://.'],
		['linkUrl', `https://example.com/${'x'.repeat(2_048)}`, 'Link: at most 2,048 characters.'],
		['star', 'mega', 'Choose none, star or super.']
	])('refuses %s %j', (field, value, sentence) => {
		expect(complaint(field, value)).toBe(sentence);
	});

	test('brings texts into normal form and onto one line', () => {
		const { title, notes } = CreateIdea.parse({
			clientKey,
			title: '  Cafe\u0301 \r\n order ',
			notes: 'a\r\nb\rc'
		});

		expect(title).toBe('Café order');
		expect(notes).toBe('a\nb\nc');
	});
});

describe('UpdateIdea', () => {
	test.each([0, -1, 1.5, 'x', 2 ** 31])('refuses the version %j', (version) => {
		const parsed = UpdateIdea.safeParse({ id: clientKey, version, title: 'x' });

		expect(parsed.error?.issues[0]?.path).toEqual(['version']);
	});

	test('refuses to change nothing', () => {
		expect(UpdateIdea.safeParse({ id: clientKey, version: 1 }).success).toBe(false);
	});
});
