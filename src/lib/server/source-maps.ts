import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { frameOf } from './fingerprint';

/**
 * Where the build lays the maps of what browsers run, in the folder that the program is started in. They are never
 * served; a function of Vercel has those of its release beside it.
 */
export const MAPS_FOLDER = '.svelte-kit/maps';

/** Our own scripts, by their address. */
const SCRIPT = /\/(_app\/immutable\/(?:[\w-]+\/)*[\w.-]+\.js)$/;
const MAPS = 20;

const maps = new Map<string, Promise<TraceMap | undefined>>();

/** The map of a script, or nothing where the build's maps are elsewhere or of another build. */
function mapOf(script: string): Promise<TraceMap | undefined> {
	const known = maps.get(script);
	if (known) return known;
	const read = readFile(join(process.cwd(), MAPS_FOLDER, `${script}.map`), 'utf8')
		.then((text) => new TraceMap(text))
		// Without a map the line stays as the browser wrote it.
		.catch(() => undefined);
	maps.set(script, read);
	const [oldest] = maps.keys();
	if (maps.size > MAPS && oldest) maps.delete(oldest);
	return read;
}

/**
 * A stack in which lines of our scripts name their sources. Whatever else stands there stays as it is.
 *
 * @param most lines that are looked up; all of them unless said otherwise
 */
export async function resolveStack(stack: string, most = Infinity): Promise<string> {
	let left = most;
	const lines = stack.split('\n').map((line) => {
		if (!line.includes('/_app/immutable/') || left-- <= 0) return line;
		// A stack is whatever a browser sent: what cannot be looked up stays as it is.
		return resolveLine(line).catch(() => line);
	});
	return (await Promise.all(lines)).join('\n');
}

async function resolveLine(line: string): Promise<string> {
	const frame = frameOf(line);
	const [, script] = SCRIPT.exec(frame?.file ?? '') ?? [];
	if (!frame || !script || script.includes('..')) return line;
	// No script has such a place.
	if (frame.line < 1 || frame.column < 1) return line;
	const map = await mapOf(script);
	if (!map) return line;
	const found = originalPositionFor(map, { line: frame.line, column: frame.column - 1 });
	if (!found.source) return line;
	const file = found.source.replace(/^(\.\.\/)+/, '');
	return `    at ${found.name ?? (frame.name || 'anonymous')} (${file}:${found.line}:${found.column + 1})`;
}
