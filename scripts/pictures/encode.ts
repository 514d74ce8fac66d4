import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { ScriptError } from '../local/script.ts';

/** One moment of a moving picture. */
export interface Frame {
	/** A PNG file. */
	path: string;
	milliseconds: number;
}

/** The programs that write pictures, with the package of Debian that has each. */
const TOOLS = {
	avifenc: 'libavif-bin',
	cwebp: 'webp',
	img2webp: 'webp',
	ffmpeg: 'ffmpeg'
} as const;

/** @throws ScriptError naming what has to be installed */
export function requireTools(): void {
	const missing = Object.entries(TOOLS)
		.filter(([tool]) => spawnSync(tool, ['-version']).error)
		.map(([, pack]) => pack);
	if (missing.length === 0) return;
	const names = [...new Set(missing)].join(' ');
	throw new ScriptError(
		`Pictures are written by programs that are not here. On Debian: apt-get install ${names}`
	);
}

/** Writes a PNG as AVIF and WebP beside each other. @param base the path without its ending */
export function encodeStill(png: string, base: string): void {
	run('avifenc', [
		'--min',
		'18',
		'--max',
		'32',
		'--speed',
		'3',
		'--jobs',
		'2',
		png,
		`${base}.avif`
	]);
	run('cwebp', ['-quiet', '-m', '6', '-q', '78', '-sharp_yuv', png, '-o', `${base}.webp`]);
}

/** Writes frames as a WebP that plays once and rests on its last frame. */
export function encodeMoving(frames: readonly Frame[], path: string): void {
	const files = frames.flatMap(({ path: file, milliseconds }) => [
		'-d',
		String(milliseconds),
		file
	]);
	run('img2webp', [
		'-loop',
		'1',
		'-min_size',
		'-lossy',
		'-q',
		'70',
		'-m',
		'4',
		...files,
		'-o',
		path
	]);
}

/** Writes a WebP for a document, which may weigh `atMostBytes`: smaller and coarser until it fits. */
export function encodeForDocument(png: string, path: string, atMostBytes = 150_000): void {
	for (const quality of [80, 60, 40, 25]) {
		run('cwebp', ['-quiet', '-m', '6', '-q', String(quality), '-sharp_yuv', png, '-o', path]);
		if (statSync(path).size <= atMostBytes) return;
	}
	throw new ScriptError(`${path} weighs more than ${atMostBytes} bytes.`);
}

/** Writes a PNG again with a palette, which flat pictures lose nothing by. */
export function encodePalette(png: string, path: string): void {
	const graph = 'split[a][b];[a]palettegen=max_colors=255[p];[b][p]paletteuse=dither=none';
	run('ffmpeg', ['-v', 'error', '-y', '-i', png, '-vf', graph, '-pix_fmt', 'pal8', path]);
}

/** Puts a PNG into an icon file, the one that browsers ask for without being told. */
export function encodeIcon(png: string, path: string, pixels: number): void {
	const image = readFileSync(png);
	const header = Buffer.alloc(22);
	header.writeUInt16LE(1, 2); // an icon
	header.writeUInt16LE(1, 4); // of one picture
	header.writeUInt8(pixels, 6);
	header.writeUInt8(pixels, 7);
	header.writeUInt16LE(1, 10);
	header.writeUInt16LE(32, 12);
	header.writeUInt32LE(image.length, 14);
	header.writeUInt32LE(header.length, 18);
	writeFileSync(path, Buffer.concat([header, image]));
	rmSync(png);
}

function run(tool: keyof typeof TOOLS, args: string[]): void {
	const { status, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
	if (status !== 0) throw new ScriptError(`${tool} did not work:\n${stderr}`);
}
