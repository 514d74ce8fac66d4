/** The marks of quotes and lists, then a box: `- [ ] `, `> 1. [x] `. */
const TASK = /^([\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)+\[)([ xX])(\](?:\s|$))/;

/** Whether a line of Markdown is a task. */
export const isTaskLine = (line: string): boolean => TASK.test(line);

/**
 * Ticks the task on a line, or unticks it.
 *
 * @param line counted from 0, as `data-task` in the drawn text has it
 * @returns the text; the same one when there is no task on that line
 */
export function toggleTask(text: string, line: number): string {
	const lines = text.split('\n');
	const before = lines[line];
	if (before === undefined) return text;
	const [, start, tick, end] = before.match(TASK) ?? [];
	if (start === undefined) return text;
	const rest = before.slice(`${start}${tick}${end}`.length);
	lines[line] = `${start}${tick === ' ' ? 'x' : ' '}${end}${rest}`;
	return lines.join('\n');
}
