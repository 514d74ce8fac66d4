/**
 * `pnpm docs:pictures [names]`: takes the pictures of the landing page, of the documents and of link previews
 * from the product itself, built and filled with demo data. What it writes is committed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { ensureBuild } from './local/build.ts';
import { projectPath } from './local/project.ts';
import { runScript } from './local/script.ts';
import { stopSignal } from './local/stop-signal.ts';
import {
	encodeForDocument,
	encodeIcon,
	encodeMoving,
	encodePalette,
	encodeStill,
	requireTools,
	type Frame
} from './pictures/encode.ts';
import { board, capture, idea, keys, undo, type Scene } from './pictures/scenes.ts';
import { Stage, THEMES, type Theme } from './pictures/stage.ts';

const WIDE = { width: 1120, height: 640, scale: 1.5 };
const NARROW = { width: 390, height: 560, scale: 2 };

/** The pictures of the landing page. */
const PRODUCT: Record<string, { scene: Scene; wideHeight?: number; moves?: boolean }> = {
	capture: { scene: board, moves: true },
	idea: { scene: idea, wideHeight: 560 },
	undo: { scene: undo }
};

/** The pictures of the documents: a path, or something that is done first. */
const DOCUMENT: Record<string, { scene: Scene; height?: number }> = {
	board: { scene: board, height: 720 },
	idea: { scene: idea, height: 640 },
	keys: { scene: keys, height: 640 },
	landing: { scene: (page) => visit(page, '/'), height: 720 },
	primitives: { scene: (page) => visit(page, '/dev/states/primitives'), height: 900 },
	tokens: { scene: (page) => visit(page, '/dev/states/tokens'), height: 720 },
	'state-not-found': { scene: (page) => visit(page, '/dev/states/not-found'), height: 480 },
	'state-empty': { scene: (page) => visit(page, '/dev/states/empty-board'), height: 560 }
};

await runScript(async () => {
	requireTools();
	await ensureBuild({ say: console.log, signal: stopSignal(() => process.exit(1)) });
	const asked = process.argv.slice(2);
	const isAsked = (name: string) => asked.length === 0 || asked.includes(name);
	const stage = await Stage.open();
	try {
		await takeProduct(stage, (name) => isAsked('product') || isAsked(name));
		if (isAsked('icons')) await takeIcons(stage);
		if (isAsked('social')) await takeSocial(stage);
		if (isAsked('documents')) await takeDocuments(stage);
	} finally {
		await stage.close();
	}
});

/** Each picture of the landing page in both themes, for wide and narrow windows, with its measures. */
async function takeProduct(stage: Stage, isAsked: (name: string) => boolean): Promise<void> {
	const folder = projectPath('static/pictures');
	mkdirSync(folder, { recursive: true });
	const measures: Record<string, unknown> = {};
	for (const [name, { scene, wideHeight, moves = false }] of Object.entries(PRODUCT)) {
		const wide = { ...WIDE, height: wideHeight ?? WIDE.height };
		measures[name] = { wide: sizeOf(wide), narrow: sizeOf(NARROW), moves };
		if (!isAsked(name)) continue;
		for (const [size, view] of Object.entries({ wide, narrow: NARROW })) {
			for (const theme of THEMES) {
				const file = `${name}-${size}-${theme}`;
				const shown = { ...view, theme, isSignedIn: true };
				await stage.show(shown, async (page) => {
					await scene(page);
					await page.screenshot({ path: stage.raw(file) });
				});
				encodeStill(stage.raw(file), `${folder}/${file}`);
				if (moves) {
					const frames = await takeFrames(stage, shown);
					encodeMoving(frames, `${folder}/${file}-moving.webp`);
				}
				console.log(`static/pictures/${file}`);
			}
		}
	}
	const text = JSON.stringify(measures, null, '\t');
	writeFileSync(projectPath('src/routes/(public)/pictures.json'), `${text}\n`);
}

function sizeOf({ width, height }: { width: number; height: number }) {
	return { width, height };
}

async function takeFrames(
	stage: Stage,
	view: { width: number; height: number; scale: number; theme: Theme }
): Promise<Frame[]> {
	let frames: Frame[] = [];
	await stage.show({ ...view, isSignedIn: true }, async (page) => {
		frames = await capture(page, async (name) => {
			const path = stage.raw(`${view.theme}-${view.width}-${name}`);
			await page.screenshot({ path, caret: 'initial' });
			return path;
		});
	});
	return frames;
}

/** The mark as browsers and telephones want it. */
async function takeIcons(stage: Stage): Promise<void> {
	const mark = readFileSync(projectPath('static/favicon.svg'), 'utf8');
	const draw = async (pixels: number, { path, padding }: { path: string; padding: string }) => {
		const view = { width: pixels, height: pixels, scale: 1, theme: 'light' as const };
		await stage.show(view, async (page) => {
			const ground = padding === '0' ? 'transparent' : '#faf8f4';
			await page.setContent(
				`<body style="margin:0;background:${ground}"><div style="box-sizing:border-box;width:${pixels}px;height:${pixels}px;padding:${padding}">${mark}</div>`
			);
			await page.screenshot({ path, omitBackground: true });
		});
	};
	await draw(180, { path: projectPath('static/apple-touch-icon.png'), padding: '24px' });
	mkdirSync(projectPath('static/icons'), { recursive: true });
	await draw(192, { path: projectPath('static/icons/192.png'), padding: '16px' });
	await draw(512, { path: projectPath('static/icons/512.png'), padding: '44px' });
	// Systems cut it to a circle or worse: the mark stays within the middle 80 %.
	await draw(512, { path: projectPath('static/icons/maskable-512.png'), padding: '116px' });
	const small = stage.raw('favicon');
	await draw(32, { path: small, padding: '0' });
	encodeIcon(small, projectPath('static/favicon.ico'), 32);
	console.log('static/favicon.ico, apple-touch-icon.png, icons');
}

/** The landing page as link previews show it; its own pictures come from the sources, not from the build. */
async function takeSocial(stage: Stage): Promise<void> {
	await stage.show({ width: 1200, height: 630, scale: 1, theme: 'light' }, async (page) => {
		await page.emulateMedia({ reducedMotion: 'reduce' });
		await visit(page, '/');
		await page.screenshot({ path: stage.raw('social') });
	});
	encodePalette(stage.raw('social'), projectPath('static/pictures/social.png'));
	console.log('static/pictures/social.png');
}

async function takeDocuments(stage: Stage): Promise<void> {
	for (const [name, { scene, height = 640 }] of Object.entries(DOCUMENT)) {
		for (const theme of THEMES) {
			const view = { width: 1120, height, scale: 1.5, theme, isSignedIn: true };
			const file = `${name}-${theme}`;
			await stage.show(view, async (page) => {
				await page.emulateMedia({ reducedMotion: 'reduce' });
				await scene(page);
				await page.screenshot({ path: stage.raw(file) });
			});
			encodeForDocument(stage.raw(file), projectPath(`docs/images/${file}.webp`));
		}
		console.log(`docs/images/${name}`);
	}
}

/** Opens a page; pictures that were just taken are served in place of the build's. */
async function visit(page: Page, path: string): Promise<void> {
	await page.route('**/pictures/*', (route) =>
		route.fulfill({ path: projectPath(`static${new URL(route.request().url()).pathname}`) })
	);
	await page.goto(path, { waitUntil: 'networkidle' });
	await page.evaluate(() => document.fonts.ready);
}
