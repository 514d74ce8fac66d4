import { expect, test } from 'vitest';
import { toggleTask } from './tasks';

test.each([
	['- [ ] a\n- [ ] b', 1, '- [ ] a\n- [x] b'],
	['- [x] a', 0, '- [ ] a'],
	['> 1. [X] a [ ] b', 0, '> 1. [ ] a [ ] b'],
	['- - [ ] a', 0, '- - [x] a'],
	['a\n\n  * [ ]', 2, 'a\n\n  * [x]']
])('ticks %j on line %i', (text, line, result) => {
	expect(toggleTask(text, line)).toBe(result);
});

test.each([
	['no task', 0],
	['- [ ]glued', 0],
	['- [ ] a', 7]
])('leaves %j alone on line %i', (text, line) => {
	expect(toggleTask(text, line)).toBe(text);
});
