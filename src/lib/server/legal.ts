import MarkdownIt from 'markdown-it';
import { count } from '$lib/time';
import { env } from './env';
import { RETENTION } from './retention';

/** The documents that a person agrees to. */
export type LegalDocument = 'terms' | 'privacy';

/** One version of a document. */
export interface LegalVersion {
	/** Its date, which is also the name of its file. */
	version: string;
	/** What is different from the version before, in one sentence. */
	changed: string;
	/** The text as HTML, with this installation's operator and times in it. */
	html: string;
}

/** The newest version of a document, with the dates of all of them, newest first. */
export interface Legal extends LegalVersion {
	title: string;
	versions: string[];
}

const files = import.meta.glob<string>('/src/lib/legal/*/*.md', {
	query: '?raw',
	import: 'default',
	eager: true
});

// Text of ours, but whatever looks like HTML in it stays text.
const markdown = new MarkdownIt({ html: false, typographer: false });

/** How long things are kept, in words. The unit is the end of the name. */
const TIMES: Record<string, string> = Object.fromEntries(
	Object.entries(RETENTION).map(([name, value]) => [
		name,
		count(value, name.endsWith('Hours') ? 'hour' : 'day')
	])
);

/** The documents of this build. The text is made when it is read, because it names the operator. */
export const LEGAL: Record<LegalDocument, Legal> = {
	terms: documentOf('terms', 'Terms of use'),
	privacy: documentOf('privacy', 'Privacy')
};

/** One version of a document, or nothing when there is none of that date. */
export function legalVersion(name: LegalDocument, version: string): LegalVersion | undefined {
	const text = files[`/src/lib/legal/${name}/${version}.md`];
	return text === undefined ? undefined : versionOf(version, text);
}

function documentOf(name: LegalDocument, title: string): Legal {
	const versions = Object.keys(files)
		.map((path) => path.match(/\/legal\/(\w+)\/([\d-]+)\.md$/))
		.filter((found) => found?.[1] === name)
		.map((found) => found?.[2] ?? '')
		.sort()
		.reverse();
	const [newest = ''] = versions;
	const current = legalVersion(name, newest);
	if (!current) throw new Error(`There is no version of ${name} in src/lib/legal.`);
	const { version, changed } = current;
	return {
		title,
		versions,
		version,
		changed,
		get html() {
			return current.html;
		}
	};
}

function versionOf(version: string, text: string): LegalVersion {
	const [, changed, body] = text.match(/^---\nchanged: (.+)\n---\n([\s\S]*)$/) ?? [];
	if (!changed || !body) throw new Error(`The ${version} document does not begin with "changed:".`);
	return {
		version,
		changed,
		get html() {
			return filled(markdown.render(body));
		}
	};
}

/** Puts the operator and the times into the text: `{trashDays}` is `RETENTION.trashDays` with its unit. */
function filled(html: string): string {
	const { operator, contact } = readOperator();
	const words: Record<string, string> = {
		...TIMES,
		operator: escaped(operator),
		contact: linked(contact)
	};
	return html.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole);
}

/** Who runs this installation, and where they can be reached. */
export function readOperator(): { operator: string; contact: string } {
	const { OPERATOR_NAME, OPERATOR_CONTACT, EMAIL_FROM } = env();
	const sender = EMAIL_FROM.match(/<([^>]+)>/)?.[1] ?? EMAIL_FROM;
	return {
		operator: OPERATOR_NAME ?? 'The person or organisation that gave you this address',
		contact: OPERATOR_CONTACT ?? sender
	};
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one);

/** An e-mail address or a web address as a link; anything else as it stands. */
function linked(contact: string): string {
	const text = escaped(contact);
	if (/^https:\/\/\S+$/.test(contact)) return `<a href="${text}">${text}</a>`;
	if (/^[^\s@]+@[^\s@]+$/.test(contact)) return `<a href="mailto:${text}">${text}</a>`;
	return text;
}
