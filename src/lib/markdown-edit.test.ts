import { describe, expect, test } from 'vitest';
import { emphasised, linked, nextItem, pastedLink, type Edit, type Marked } from './markdown-edit';

/** `a ‹b› c` is a text with `b` marked; `a ‹› c` has the cursor there. */
function marked(picture: string): Marked {
	const start = picture.indexOf('‹');
	return { text: picture.replace(/[‹›]/g, ''), start, end: picture.indexOf('›') - 1 };
}

function after({ text }: Marked, edit: Edit | undefined): string | undefined {
	if (!edit) return undefined;
	const result = text.slice(0, edit.from) + edit.insert + text.slice(edit.to);
	const { start, end } = edit;
	return `${result.slice(0, start)}‹${result.slice(start, end)}›${result.slice(end)}`;
}

const done = (picture: string, act: (on: Marked) => Edit | undefined) =>
	after(marked(picture), act(marked(picture)));

test.each([
	['a ‹b› c', 'a **‹b›** c'],
	['a **‹b›** c', 'a ‹b› c'],
	['a ‹**b**› c', 'a ‹b› c'],
	['a‹ b ›c', 'a **‹b›** c'],
	['‹›', '**‹›**']
])('Bold makes of %j %j', (before, result) => {
	expect(done(before, (on) => emphasised(on, '**'))).toBe(result);
});

test.each([
	['see ‹the plan› now', 'see [the plan](‹›) now'],
	['‹https://example.com›', '[‹›](https://example.com)'],
	['‹›', '[](‹›)']
])('Link makes of %j %j', (before, result) => {
	expect(done(before, linked)).toBe(result);
});

describe('pasting an address', () => {
	test.each([
		['see ‹the plan›', 'https://example.com/a', 'see [the plan](https://example.com/a)‹›'],
		['‹a [b]›', 'https://example.com/(x)', '[a \\[b\\]](<https://example.com/(x)>)‹›']
	])('onto %j makes a link', (before, pasted, result) => {
		expect(done(before, (on) => pastedLink(on, pasted))).toBe(result);
	});

	test.each([
		['‹›', 'https://example.com'],
		['‹two\nlines›', 'https://example.com'],
		['‹https://other.example›', 'https://example.com'],
		['‹words›', 'javascript:alert(1)'],
		['‹words›', 'more words https://example.com']
	])('onto %j leaves %j to the browser', (before, pasted) => {
		expect(done(before, (on) => pastedLink(on, pasted))).toBeUndefined();
	});
});

describe('Enter', () => {
	test.each([
		['- one‹›', '- one\n- ‹›'],
		['- o‹›ne', '- o\n- ‹›ne'],
		['  9. nine‹›', '  9. nine\n  10. ‹›'],
		['- [x] done‹›', '- [x] done\n- [ ] ‹›'],
		['> said‹›', '> said\n> ‹›'],
		['a\n- ‹›', 'a\n‹›'],
		['- [ ] ‹›\nb', '‹›\nb']
	])('makes of %j %j', (before, result) => {
		expect(done(before, nextItem)).toBe(result);
	});

	test.each(['words‹›', '‹›- one', '- ‹on›e', '```\n- code‹›', '-no item‹›'])(
		'in %j is an ordinary Enter',
		(before) => {
			expect(done(before, nextItem)).toBeUndefined();
		}
	);
});
