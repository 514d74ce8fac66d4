import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { requireTmux } from '../../scripts/verify/tmux';
import { findings, overflows } from '../support/axe';
import { createIdea, expect, open, sql, type Person } from '../support/e2e';
import type { App } from '../support/app-server';
import {
	run,
	screenOf,
	standing,
	stands,
	test,
	textOn,
	trust,
	type PairedComputer
} from '../support/terminals';

const dockOf = (page: Page) => page.getByRole('region', { name: 'Terminals of this idea' });

/** An idea with its dock open, and a terminal in it. */
async function openDock(
	page: Page,
	{ app, ada, computer }: { app: App; ada: Person; computer: PairedComputer }
): Promise<string> {
	const id = await createIdea(app, ada, 'Tide clock');
	await open(page, `/ideas/${id}`);
	await page.keyboard.press('`');
	await trust(page, computer);
	await stands(page, 'live');
	return id;
}

/** One more terminal in the dock. */
async function openAnother(page: Page, title: string): Promise<void> {
	await dockOf(page).getByRole('button', { name: 'New terminal', exact: true }).click();
	await expect(dockOf(page).getByRole('link', { name: title })).toHaveAttribute(
		'aria-current',
		'page'
	);
	await stands(page, 'live');
}

test('a key opens a terminal of the idea below it, and the next key puts it away', async ({
	page,
	ada,
	app,
	computer
}) => {
	await openDock(page, { app, ada, computer });
	await run(page, 'echo docked-$((1+1))', 'docked-2');

	await page.reload();
	await stands(page, 'live');
	await expect(screenOf(page)).toContainText('docked-2');

	await dockOf(page).getByRole('button', { name: 'Put the terminals away' }).click();
	await expect(dockOf(page)).toBeHidden();
	await page.getByRole('button', { name: 'Terminals', exact: true }).click();
	await stands(page, 'live');
	await expect(screenOf(page)).toContainText('docked-2');
	expect(computer.serving.output().match(/Terminal "/g)).toHaveLength(1);

	const other = await createIdea(app, ada, 'Kite');
	await open(page, `/ideas/${other}`);
	await expect(dockOf(page)).toBeHidden();
	await page.keyboard.press('`');
	await stands(page, 'live');
	await dockOf(page).getByRole('link', { name: /^All/ }).click();
	const list = dockOf(page).getByRole('list', { name: 'Terminals on Desk' });
	await expect(list.getByRole('listitem')).toHaveCount(1);
	await expect(dockOf(page).getByRole('link', { name: '1 other terminal on Desk' })).toBeVisible();
});

test('the dock opens on a terminal that runs; where all have ended, one says so and gives way to a new one', async ({
	page,
	ada,
	app,
	computer
}) => {
	await openDock(page, { app, ada, computer });
	await run(page, 'echo first-$((1+1))', 'first-2');
	await openAnother(page, 'Terminal 2');
	await page.keyboard.type('exit\n');
	await stands(page, 'ended');

	await page.reload();
	await stands(page, 'live');
	await expect(screenOf(page)).toContainText('first-2');
	await page.locator('[data-terminal]:visible .xterm-screen').click();
	await page.keyboard.type('exit\n');
	await stands(page, 'ended');

	await page.reload();
	await stands(page, 'ended');
	await expect(standing(page)).toContainText('Exit code 0');
	await standing(page).getByRole('button', { name: 'New terminal', exact: true }).click();
	await stands(page, 'live');
});

test('whoever writes in the idea goes on writing there while its terminals come back', async ({
	page,
	ada,
	app,
	computer
}) => {
	await openDock(page, { app, ada, computer });
	await page.reload();
	const notes = page.getByLabel('Notes', { exact: true });
	await notes.click();
	await stands(page, 'live');
	await page.keyboard.type('for the tide');
	await expect(notes).toHaveValue('for the tide');

	await dockOf(page).getByRole('button', { name: 'Put the terminals away' }).click();
	await expect(page.getByRole('button', { name: 'Terminals', exact: true })).toBeFocused();
});

test('a folder is picked from those of the computer, and remembered for the idea', async ({
	page,
	ada,
	app,
	computer
}) => {
	mkdirSync(join(computer.folder, 'projects', 'tide'), { recursive: true });
	await openDock(page, { app, ada, computer });

	await dockOf(page).getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'New terminal in a folder' }).click();
	const dialog = page.getByRole('dialog', { name: 'Where it begins' });
	await dialog.getByLabel('Folder', { exact: true }).fill('/etc');
	await dialog.getByRole('button', { name: 'Look there' }).click();
	await expect(dialog.getByText(/not allowed|allows/).last()).toBeVisible();
	await dialog.getByLabel('Folder', { exact: true }).fill(computer.folder);
	await dialog.getByRole('button', { name: 'Look there' }).click();
	await dialog.getByRole('button', { name: 'projects' }).click();
	await dialog.getByRole('button', { name: 'tide' }).click();
	await dialog.getByRole('button', { name: 'Begin here' }).click();

	await stands(page, 'live');
	await run(page, 'pwd', join(computer.folder, 'projects', 'tide'));
	// The computer remembers it, and no browser.
	await page.evaluate(() => {
		localStorage.clear();
		sessionStorage.clear();
	});
	await open(page, page.url());
	await page.keyboard.press('`');
	await trust(page, computer);
	await stands(page, 'live');
	await openAnother(page, 'Terminal 3');
	await run(page, 'pwd', join(computer.folder, 'projects', 'tide'));

	await dockOf(page).getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'New terminal in a folder' }).click();
	await expect(dialog.getByLabel('Folder', { exact: true })).toHaveValue(/tide$/);
	await dialog.getByRole('button', { name: 'The computer’s own choice' }).click();
	await expect(dockOf(page).getByRole('link', { name: 'Terminal 4' })).toHaveAttribute(
		'aria-current',
		'page'
	);
	await stands(page, 'live');
	await run(page, 'echo "in $PWD."', `in ${computer.folder}.`);
});

test('two are seen side by side, and typed into in turn', async ({ page, ada, app, computer }) => {
	await openDock(page, { app, ada, computer });
	await run(page, 'echo left-$((1+1))', 'left-2');
	await openAnother(page, 'Terminal 2');
	await run(page, 'echo right-$((1+1))', 'right-2');

	await dockOf(page).getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Show two side by side' }).click();
	const screens = screenOf(page);
	await expect(screens).toHaveCount(2);
	await expect(screens.first()).toContainText('left-2');
	await expect(screens.last()).toContainText('right-2');

	await page.locator('[data-terminal]:visible .xterm-screen').first().click();
	await page.keyboard.type('echo again-$((1+1))\n');
	await expect(screens.first()).toContainText('again-2');
	await expect(screens.last()).not.toContainText('again-2');
	await expect(dockOf(page).getByRole('link', { name: 'Terminal 1' })).toHaveAttribute(
		'aria-current',
		'page'
	);
});

test('its height is changed by keys, and is the same the next time', async ({
	page,
	ada,
	app,
	computer
}) => {
	await openDock(page, { app, ada, computer });
	const bar = dockOf(page).getByRole('separator', { name: 'Height of the terminals' });
	const height = async () => Number(await bar.getAttribute('aria-valuenow'));
	const before = await height();
	const rows = async () => {
		await run(page, 'clear; echo "rows=$(tput lines)."', /rows=\d+\./);
		return Number(/rows=(\d+)\./.exec(await textOn(page))?.[1]);
	};
	const rowsBefore = await rows();

	await bar.focus();
	for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowUp');
	expect(await height()).toBe(before + 128);
	await page.locator('[data-terminal]:visible .xterm-screen').click();
	await expect.poll(rows).toBeGreaterThan(rowsBefore);

	await page.reload();
	await stands(page, 'live');
	expect(await height()).toBe(before + 128);
});

test('a terminal in tmux goes on when its runner is killed, and is typed into again', async ({
	page,
	ada,
	app,
	computer
}) => {
	requireTmux();
	await openDock(page, { app, ada, computer });
	await dockOf(page).getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'New ones in tmux' }).click();
	await openAnother(page, 'Terminal 2');
	await run(page, 'kept=in-tmux-$((1+1)); echo $kept', 'in-tmux-2');

	computer.serving.child.kill('SIGKILL');
	await stands(page, 'runner-offline');
	const again = computer.run('start');
	await again.says(/Online/);

	await stands(page, 'live', 30_000);
	await expect(screenOf(page)).toContainText('in-tmux-2');
	await run(page, 'echo "again $kept"', 'again in-tmux-2');
	await dockOf(page).getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Copy how to attach at the computer' }).click();
	await expect(page.getByText(/tmux -L coda\S* attach -t coda-/)).toBeVisible();

	// The one that tmux did not keep has ended with its runner, and says so.
	await dockOf(page).getByRole('link', { name: 'Terminal 1' }).click();
	await stands(page, 'ended');
	await expect(standing(page)).toContainText('when the runner stopped');
});

test('a computer that asks, with nobody at its window, says how it can be asked', async ({
	page,
	ada,
	app,
	computer
}) => {
	const settings = join(computer.folder, 'runner', 'settings.json');
	const before = JSON.parse(readFileSync(settings, 'utf8')) as object;
	computer.serving.child.kill('SIGTERM');
	await computer.serving.ended;
	writeFileSync(settings, JSON.stringify({ ...before, ask: true }));
	await computer.run('start').says(/Online/);

	const id = await createIdea(app, ada, 'Tide clock');
	await open(page, `/ideas/${id}`);
	await page.keyboard.press('`');
	await trust(page, computer);

	await stands(page, 'refused');
	await expect(standing(page)).toContainText(/window|terminal/);
});

for (const theme of ['light', 'dark'] as const) {
	test(`an idea with its dock has no fault that axe knows, ${theme}`, async ({
		page,
		ada,
		app,
		computer
	}) => {
		await page.emulateMedia({ colorScheme: theme });
		await openDock(page, { app, ada, computer });
		for (const width of [360, 768, 1440]) {
			await page.setViewportSize({ width, height: 900 });
			expect(await findings(page), `${width}`).toEqual([]);
			expect(await overflows(page), `${width}`).toBe(false);
		}
	});
}

test('without a computer the dock says how to get one', async ({ page, ada, app }) => {
	const id = await createIdea(app, ada, 'Tide clock');
	await sql(app, 'DELETE FROM runners WHERE user_id = $1', [ada.id]);
	await open(page, `/ideas/${id}`);

	await page.getByRole('button', { name: 'Terminals', exact: true }).click();

	await expect(dockOf(page).getByText('No computer is paired.')).toBeVisible();
	await expect(dockOf(page).getByRole('link', { name: 'Pair a computer' })).toBeVisible();
});
