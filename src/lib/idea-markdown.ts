/*
 * Ideas, features and sections as Markdown: what is copied, and what an export in Markdown holds. Each thing is
 * a heading with its text below it; headings inside a text move below the one that they stand under, and a code
 * block that was never closed is closed, so that whatever people wrote, the outline is still theirs.
 */

/** One detail of a feature. */
export interface SectionText {
	label: string;
	body: string;
}

/** What of a feature is written down. */
export interface FeatureText {
	title: string;
	notes: string;
	sections: readonly SectionText[];
	completedAt?: Date | null;
}

/** What of an idea is written down. */
export interface IdeaText {
	title: string;
	notes: string;
	linkUrl?: string | null;
	linkLabel?: string | null;
}

/** An idea with its features in their order, one after the other. */
export function ideaAsMarkdown(idea: IdeaText, features: readonly FeatureText[] = []): string {
	const { title, notes, linkUrl, linkLabel } = idea;
	const link = linkUrl ? `Link: ${linkAsMarkdown(linkUrl, linkLabel)}` : '';
	const parts = [heading(1, title), textUnder(1, notes), link];
	return joined([...parts, ...features.map((feature) => featureAsMarkdown(feature, 2))]);
}

/** A feature with its sections. A done one has a ticked box before its title. */
export function featureAsMarkdown(feature: FeatureText, level = 1): string {
	const { title, notes, sections, completedAt } = feature;
	const box = completedAt ? '[x] ' : '';
	const parts = [heading(level, title, box), textUnder(level, notes)];
	return joined([...parts, ...sections.map((section) => sectionAsMarkdown(section, level + 1))]);
}

/** A section of a feature. */
export function sectionAsMarkdown({ label, body }: SectionText, level = 1): string {
	return joined([heading(level, label), textUnder(level, body)]);
}

/** A line of ordinary words in which nothing is taken for Markdown. */
export const escapedLine = (line: string): string =>
	line.replace(/[\\`*_[\]<>#|~]/g, (mark, at: number) =>
		// Between letters an underscore means nothing, and neither does a # within the line.
		(mark === '_' && /\w_\w/.test(line.slice(Math.max(0, at - 1), at + 2))) ||
		(mark === '#' && at > 0 && at < line.length - 1)
			? mark
			: `\\${mark}`
	);

/** Markdown knows six levels of headings. */
const DEEPEST = 6;

const heading = (level: number, words: string, box = ''): string =>
	`${'#'.repeat(Math.min(level, DEEPEST))} ${box}${escapedLine(words)}`;

const joined = (parts: readonly string[]): string =>
	`${parts
		.map((part) => part.trim())
		.filter((part) => part !== '')
		.join('\n\n')}\n`;

function linkAsMarkdown(url: string, label?: string | null): string {
	const target = url.replace(/[<>\s]/g, encodeURIComponent);
	return label ? `[${escapedLine(label)}](<${target}>)` : `<${target}>`;
}

/** A text as it stands under a heading of this level. */
function textUnder(level: number, text: string): string {
	const lines: string[] = [];
	let fence: string | undefined;
	for (const line of text.trimEnd().split('\n')) {
		const [, mark = ''] = line.match(/^ {0,3}(`{3,}|~{3,})/) ?? [];
		if (fence !== undefined) {
			const isEnd = mark.startsWith(fence) && line.trim() === mark;
			if (isEnd) fence = undefined;
			lines.push(line);
		} else if (mark) {
			fence = mark;
			lines.push(line);
		} else {
			lines.push(...moved(line, level, lines));
		}
	}
	if (fence !== undefined) lines.push(fence);
	return lines.join('\n');
}

/** A line outside of code, its heading moved down; one that is underlined takes its underlined line with it. */
function moved(line: string, by: number, before: string[]): string[] {
	const [, marks] = line.match(/^ {0,3}(#{1,6})(?=\s|$)/) ?? [];
	if (marks) {
		const level = Math.min(marks.length + by, DEEPEST);
		return [`${'#'.repeat(level)}${line.trimStart().slice(marks.length)}`];
	}
	const underline = line.match(/^ {0,3}(?:=+|-+)\s*$/)?.[0]?.trim();
	const above = before.at(-1)?.trim() ?? '';
	const isHeading = underline && above !== '' && !/^([#>|`~*+-]|\d+[.)] )/.test(above);
	if (!isHeading) return [line];
	before.pop();
	const level = Math.min((underline.startsWith('=') ? 1 : 2) + by, DEEPEST);
	return [`${'#'.repeat(level)} ${above}`];
}
