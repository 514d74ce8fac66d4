import { createHash } from 'node:crypto';
import type { ProgramSource } from '$lib/schemas/logs';
import { redactText } from './log';

/** More of a text is not looked at. */
const TEXT_CHARS = 8_000;
const LINE_CHARS = 1_000;
const MESSAGE_CHARS = 300;
const OWN_FRAMES = 3;
const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,8}/g;
/** Long, and with small and large letters and digits: a token of some kind, and no name that a person gave. */
const TOKEN = /(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{24,}/g;

/** Parts of a message that differ from time to time, and what stands for them. */
const VARIABLE: [RegExp, string][] = [
	[/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<id>'],
	[/\bhttps?:\/\/[^\s"')]+/gi, '<address>'],
	[/"[^"\n]*"/g, '"…"'],
	[/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '<hex>'],
	[/\d+/g, '<n>'],
	[/\s+/g, ' ']
];

/** A line of a stack. */
export interface Frame {
	/** Empty where it has no name. */
	name: string;
	file: string;
	line: number;
	column: number;
}

/** What tells one kind of error from another. */
export interface ErrorTraits {
	source: ProgramSource;
	/** The class, with its code where it has one. */
	kind: string;
	message: string;
	stack: string;
	route: string | null;
}

/** Blanks secrets, e-mail addresses and tokens. What is kept of an error went through here. */
export const scrub = (text: string): string =>
	redactText(text.slice(0, TEXT_CHARS).replace(EMAIL, '[e-mail]').replace(TOKEN, '[token]'));

/** A message without what differs from time to time: ids, numbers, quoted texts, addresses. */
export function normalMessage(message: string): string {
	let normal = message.slice(0, MESSAGE_CHARS * 4);
	for (const [shape, stand] of VARIABLE) normal = normal.replace(shape, stand);
	return normal.trim().slice(0, MESSAGE_CHARS);
}

/** Chromium and Node: `at name (file:1:2)` or `at file:1:2`; Firefox and Safari: `name@file:1:2`. */
const SHAPES = [
	/^\s*at (?:async )?(?:(.+?) \()?((?:\w+:\/\/|\/|[A-Za-z]:\\)?[^()\s]+?):(\d+):(\d+)\)?$/,
	/^(.*?)@(\S+?):(\d+):(\d+)$/
];

/** A line of a stack in its parts, or nothing where it is none. */
export function frameOf(line: string): Frame | undefined {
	if (line.length > LINE_CHARS) return undefined;
	for (const shape of SHAPES) {
		const [, name = '', file, row, column] = shape.exec(line.trimEnd()) ?? [];
		if (file) return { name, file, line: Number(row), column: Number(column) };
	}
	return undefined;
}

/** All lines of a stack that are frames. */
export const framesOf = (stack: string): Frame[] =>
	stack.split('\n').flatMap((line) => frameOf(line) ?? []);

const isOwn = ({ file }: Frame) =>
	!/node_modules|^node:|^internal|^native|extension:\/\//.test(file);

/** A file by the name that it keeps from build to build: no folder of the machine, no hash. */
export const fileName = (file: string): string =>
	file
		.replace(/\\/g, '/')
		.replace(/[?#].*$/, '')
		.replace(/^.*?\/(?=(?:src|relay|runner|protocol|scripts|chunks|entries|nodes)\/)/, '')
		.replace(/[-.][\w-]{8}(?=\.m?js$)/, '');

/** Where an error comes from: the innermost own function with a name, else its route. */
export function culpritOf({ stack, route, source }: ErrorTraits): string {
	const [first] = source === 'browser' ? [] : framesOf(stack).filter(isOwn);
	if (!first) return route ?? '';
	return first.name ? `${first.name} in ${fileName(first.file)}` : fileName(first.file);
}

/**
 * What two errors have in common when they are of one group: the program, the class, the message without what
 * varies, and the innermost own functions. A browser's functions have other names in each build, so there the
 * route stands for them.
 */
export function fingerprintOf(traits: ErrorTraits): string {
	const { source, kind, message, stack, route } = traits;
	const place =
		source === 'browser'
			? [route ?? '']
			: framesOf(stack)
					.filter(isOwn)
					.slice(0, OWN_FRAMES)
					.map(({ name, file }) => `${name}|${fileName(file)}`);
	const parts = [source, kind, normalMessage(message), ...place];
	return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 40);
}
