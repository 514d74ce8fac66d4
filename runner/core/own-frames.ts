import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const FRAMES = 20;
const LINE_CHARS = 1_000;
const FRAME =
	/^\s*at (?:async )?(?:(.+?) \()?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)\)?$/;
const NAME = /^[\w$.#<>[\] ]{1,80}$/;

const HERE = fileURLToPath(import.meta.url);
/** A package has one file in `lib`; sources lie in `runner/core`. */
const IS_PACKAGE = !HERE.endsWith('.ts');
const ROOT = dirname(IS_PACKAGE ? dirname(HERE) : dirname(dirname(HERE)));

/**
 * The lines of a stack that are in the runner's own files, by their sources and without the folder that it lies in. A
 * line of anything else is left out.
 */
export function ownFrames(stack: string): string[] {
	return stack
		.split('\n')
		.flatMap((line) => ownFrame(line) ?? [])
		.slice(0, FRAMES);
}

function ownFrame(line: string): string | undefined {
	if (line.length > LINE_CHARS) return undefined;
	const [, name = '', file = '', row, column] = FRAME.exec(line.trimEnd()) ?? [];
	const path = pathOf(file);
	if (path === undefined) return undefined;
	const place = { line: Number(row), column: Number(column) };
	const found = (path === HERE && IS_PACKAGE && inSources(place)) || {
		...place,
		file: ownName(path)
	};
	if (!found.file) return undefined;
	return `    at ${NAME.test(name) ? name : 'anonymous'} (${found.file}:${found.line}:${found.column})`;
}

function pathOf(file: string): string | undefined {
	if (!file.startsWith('file://')) return file || undefined;
	try {
		return fileURLToPath(file);
	} catch {
		// An address of another computer, or none.
		return undefined;
	}
}

/** What a file of the runner is called in it; nothing for any other file. */
function ownName(path: string): string | undefined {
	const name = relative(ROOT, path);
	if (isAbsolute(name) || name.startsWith('..')) return undefined;
	return name.split(sep).join('/');
}

let map: SourceMap | null | undefined;

/** The place in the sources, where the package has its map. */
function inSources({ line, column }: { line: number; column: number }) {
	map ??= readMap();
	const entry = map?.findEntry(line - 1, column - 1);
	if (!entry || !('originalSource' in entry) || !entry.originalSource) return undefined;
	const { originalSource, originalLine, originalColumn } = entry;
	return { file: originalSource, line: originalLine + 1, column: originalColumn + 1 };
}

function readMap(): SourceMap | null {
	try {
		return new SourceMap(JSON.parse(readFileSync(`${HERE}.map`, 'utf8')) as SourceMapPayload);
	} catch {
		// Somebody has removed it: then the package's own lines have to do.
		return null;
	}
}
