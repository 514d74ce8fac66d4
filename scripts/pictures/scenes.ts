import type { Page } from '@playwright/test';
import type { Frame } from './encode.ts';

/** The line that is written in the moving picture. */
const LINE = 'Bell that rings when the bread is done -- 96 °C inside *';

/** What is done on the board before its picture is taken. */
export type Scene = (page: Page) => Promise<void>;

const openBoard = async (page: Page, path = '/ideas') => {
	await page.goto(path, { waitUntil: 'networkidle' });
	await page.evaluate(() => document.fonts.ready);
};

/** The board as it is after some weeks. */
export const board: Scene = (page) => openBoard(page);

/** An idea with its plan. */
export const idea: Scene = async (page) => {
	await openBoard(page);
	await page.getByRole('link', { name: /^A weather station for the roof/ }).click();
	await page.getByRole('textbox', { name: 'Title' }).waitFor();
	await page.waitForLoadState('networkidle');
	await page.mouse.move(0, 0);
};

/** After something was deleted, while it can be taken back. */
export const undo: Scene = async (page) => {
	await openBoard(page);
	const title = 'Reading list that knows how long an article takes';
	await page.getByRole('button', { name: `Move to Trash: ${title}` }).click();
	await page.getByRole('button', { name: 'Undo' }).waitFor();
	await page.mouse.move(0, 0);
	await settle(page);
};

/** The sheet of keys above the board. */
export const keys: Scene = async (page) => {
	await openBoard(page);
	await page.keyboard.press('?');
	await page.getByRole('dialog').waitFor();
	await settle(page);
};

/** An idea is written, appears, and is lifted to the top. @param shoot takes a picture and answers its path */
export async function capture(
	page: Page,
	shoot: (name: string) => Promise<string>
): Promise<Frame[]> {
	await openBoard(page);
	const frames: Frame[] = [];
	const add = async (milliseconds: number) => {
		frames.push({ path: await shoot(`frame-${frames.length}`), milliseconds });
	};
	await add(500);
	await page.keyboard.press('c');
	await add(250);
	for (const character of LINE) {
		await page.keyboard.type(character);
		await add(38);
	}
	await add(450);
	await page.keyboard.press('Enter');
	await page.getByRole('link', { name: 'Bell that rings' }).waitFor();
	await page.waitForLoadState('networkidle');
	await page.keyboard.press('Escape');
	await settle(page);
	await add(1_100);
	return frames;
}

/** Until nothing moves any more. */
const settle = (page: Page) =>
	page.evaluate(async () => {
		await Promise.all(document.getAnimations().map(({ finished }) => finished));
	});
