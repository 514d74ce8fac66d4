import { hasOpenFence } from './import-outline-lines';
import type { Exported } from './transfer-documents';

/**
 * An outline that one can read, and that an import reads back: an idea is a heading with its notes below, a
 * feature a box in a list, its notes and its sections are indented. What a line begins with that would mean
 * something else gets a backslash.
 */
export async function* writeMarkdown(content: AsyncIterable<Exported>): AsyncGenerator<string> {
	let isFirst = true;
	let wasFeature = false;
	for await (const part of content) {
		if (part.kind === 'idea') {
			const { title, notes, linkUrl, linkLabel } = part.idea;
			yield `${isFirst ? '' : '\n'}# ${heading(title)}\n`;
			if (linkUrl) yield `\n<${linkUrl}>${linkLabel ? ` ${linkLabel}` : ''}\n`;
			if (notes) yield `\n${indented(notes, '')}\n`;
			wasFeature = false;
		} else {
			const { title, notes, sections, completedAt } = part.feature;
			yield `${wasFeature ? '' : '\n'}- [${completedAt ? 'x' : ' '}] ${title}\n`;
			if (notes) yield `${indented(notes, '  ')}\n`;
			for (const { label, body } of sections) yield sectionText(label, body);
			wasFeature = true;
		}
		isFirst = false;
	}
}

/** Hashes at the end would close the heading. */
const heading = (title: string): string => title.replace(/(^|\s)(?=\\*#+$)/, '$1\\');

function sectionText(label: string, body: string): string {
	const head = `  - **${label.replace(/\\/g, '\\\\').replace(/\*/g, '\\*')}**`;
	return body ? `${head}\n${indented(body, '    ')}\n` : `${head}\n`;
}

function indented(text: string, indent: string): string {
	const lines = text.split('\n').map(escaped);
	// A fence that does not close would take in everything that follows.
	const safe = hasOpenFence(lines)
		? lines.map((one) => one.replace(/^(?=`{3}|~{3})/, '\\'))
		: lines;
	return safe.map((one) => (one === '' ? '' : indent + one)).join('\n');
}

const escaped = (line: string): string =>
	line.replace(/^(?=\s*[-#\\<*+=])|^(?=\s)/, '\\').replace(/^(\d{1,9})(?=\\*[.)])/, '$1\\');
