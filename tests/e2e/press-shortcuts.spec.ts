import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { SHORTCUTS, SHORTCUT_IDS, type ShortcutId } from '../../src/lib/state/shortcut-table';
import { createIdea, expect, open, sql, test } from '../support/e2e';

/** What is seen after the keys of a shortcut were pressed, and what is done before. */
interface Case {
	on: 'board' | 'idea';
	/** Keys that lead to where it works. */
	first?: string[];
	see: (page: Page) => Promise<unknown>;
}

const line = (page: Page, at: number) => page.locator('[data-open]').nth(at);
const isFocused = (at: number) => (page: Page) => expect(line(page, at)).toBeFocused();
const isAt = (address: RegExp) => (page: Page) => expect(page).toHaveURL(address);
const isSelected = (count: number) => (page: Page) =>
	expect(page.getByText(`${count} selected`).first()).toBeVisible();
const beginsWith = (title: string) => (page: Page) => expect(line(page, 0)).toContainText(title);

const isInTitle = async (page: Page) => {
	await expect(page).toHaveURL(/\/ideas\/[0-9a-f-]{36}$/);
	await expect(page.locator(':focus')).toHaveAttribute('name', 'title');
};
const isCopied = (what: string) => (page: Page) =>
	expect(page.getByText(`${what} is on the clipboard, as Markdown.`)).toBeVisible();

/** Every shortcut; a new one has no case yet, and does not compile. */
const CASES: Record<ShortcutId, Case | Case[]> = {
	compose: {
		on: 'board',
		see: (page) => expect(page.locator('input[name="title"]')).toBeFocused()
	},
	palette: { on: 'board', see: (page) => expect(page.getByRole('combobox')).toBeFocused() },
	search: [
		{ on: 'board', see: isAt(/\/search$/) },
		{
			on: 'idea',
			see: (page) =>
				expect(page.getByRole('searchbox', { name: 'Find features of this idea' })).toBeFocused()
		}
	],
	'go.ideas': { on: 'idea', see: isAt(/\/ideas$/) },
	'go.search': { on: 'board', see: isAt(/\/search$/) },
	'go.devices': { on: 'board', see: isAt(/\/devices$/) },
	'go.trash': { on: 'board', see: isAt(/\/trash$/) },
	'go.tags': { on: 'board', see: isAt(/\/ideas\/tags$/) },
	'go.account': { on: 'board', see: isAt(/\/account$/) },
	undo: {
		on: 'board',
		first: ['j', '#'],
		see: (page) => expect(page.locator('[data-row]')).toHaveCount(3)
	},
	help: {
		on: 'board',
		see: (page) => expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
	},
	'list.next': { on: 'board', first: ['j'], see: isFocused(1) },
	'list.previous': { on: 'board', first: ['j', 'j'], see: isFocused(0) },
	'list.open': { on: 'board', first: ['j'], see: isAt(/\/ideas\/[0-9a-f-]{36}$/) },
	'list.edit': (['board', 'idea'] as const).map((on) => ({ on, first: ['j'], see: isInTitle })),
	'list.select': { on: 'board', first: ['j'], see: isSelected(1) },
	'list.selectNext': { on: 'board', first: ['j', 'x'], see: isSelected(2) },
	'list.selectPrevious': { on: 'board', first: ['j', 'j', 'x'], see: isSelected(2) },
	'list.selectAll': { on: 'board', first: ['j'], see: isSelected(3) },
	'list.up': { on: 'board', first: ['j', 'j'], see: beginsWith('Second') },
	'list.down': { on: 'board', first: ['j'], see: beginsWith('Second') },
	'idea.star': {
		on: 'board',
		first: ['j'],
		see: (page) => expect(page.locator('[data-star="star"]')).toHaveCount(1)
	},
	'idea.tags': [
		{
			on: 'board',
			first: ['j'],
			see: (page) => expect(page.getByRole('dialog', { name: 'Tags of “First”' })).toBeVisible()
		},
		{ on: 'idea', see: (page) => expect(page.getByLabel('Tags', { exact: true })).toBeFocused() }
	],
	'idea.copy': [
		{ on: 'board', first: ['j'], see: isCopied('The idea') },
		{ on: 'idea', see: isCopied('The idea') },
		{ on: 'idea', first: ['j'], see: isCopied('“A wheel”') }
	],
	'idea.delete': {
		on: 'board',
		first: ['j'],
		see: (page) => expect(page.locator('[data-row]')).toHaveCount(2)
	},
	'idea.archive': {
		on: 'board',
		first: ['j'],
		see: (page) => expect(page.locator('[data-row]')).toHaveCount(2)
	},
	'feature.add': {
		on: 'idea',
		see: (page) => expect(page.getByLabel('Add a feature', { exact: true })).toBeFocused()
	},
	'feature.done': {
		on: 'idea',
		first: ['j'],
		// It goes to those that are done, which are folded.
		see: (page) => expect(page.getByRole('checkbox', { name: 'Done: A wheel' })).toBeHidden()
	},
	'idea.focus': { on: 'idea', see: isAt(/[?&]focus=/) },
	'idea.terminal': {
		on: 'idea',
		see: (page) =>
			expect(page.getByRole('region', { name: 'Terminals of this idea' })).toBeVisible()
	},
	'idea.save': { on: 'idea', see: (page) => expect(page.getByText('Saved').first()).toBeVisible() },
	close: {
		on: 'board',
		first: ['?'],
		see: (page) => expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeHidden()
	}
};

/** A key of the table as Playwright presses it. */
const pressable = (key: string): string =>
	key
		.replace('mod+', 'Control+')
		.replace('alt+', 'Alt+')
		.replace('shift+', 'Shift+')
		.replace('arrowdown', 'ArrowDown')
		.replace('arrowup', 'ArrowUp')
		.replace(/^enter$/, 'Enter')
		.replace(/^escape$/, 'Escape');

test('every shortcut does what the table says, with each of its keys', async ({
	page,
	ada,
	app
}) => {
	test.slow();
	for (const id of SHORTCUT_IDS) {
		const cases = [CASES[id]].flat();
		const presses = cases.flatMap((one) => SHORTCUTS[id].keys.map((keys) => ({ ...one, keys })));
		for (const { on, first = [], see, keys } of presses) {
			await test.step(`${id}: ${keys}, on the ${on}`, async () => {
				await sql(app, 'DELETE FROM ideas WHERE owner_id = $1', [ada.id]);
				const ideas: string[] = [];
				for (const title of ['First', 'Second', 'Third']) {
					ideas.push(await createIdea(app, ada, title));
				}
				await sql(
					app,
					`UPDATE idea_members SET position = 'a' || array_position($1::uuid[], idea_id)
					 WHERE user_id = $2`,
					[ideas, ada.id]
				);
				const [idea = ''] = ideas;
				for (const [at, title] of ['A wheel', 'A mill'].entries()) {
					await sql(
						app,
						`INSERT INTO features (id, idea_id, client_key, title, position) VALUES ($1, $2, $3, $4, $5)`,
						[randomUUID(), idea, randomUUID(), title, `a${at + 1}`]
					);
				}
				await open(page, on === 'board' ? '/ideas' : `/ideas/${idea}`);
				for (const key of first) await page.keyboard.press(pressable(key));
				// What the sheet of keys is drawn with comes when it is asked for.
				if (first.includes('?')) await expect(page.getByRole('dialog')).toBeVisible();
				for (const key of keys.split(' ')) await page.keyboard.press(pressable(key));
				await see(page);
				// What was left to be sent does not meet the next case.
				await page.goto('about:blank');
			});
		}
	}
});
