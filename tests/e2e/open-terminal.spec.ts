import { randomUUID } from 'node:crypto';
import { makeRunnerKey } from '#protocol/identity';
import { expect, open } from '../support/e2e';
import {
	openTerminal,
	run,
	screenOf,
	standing,
	stands,
	test,
	textOn,
	trust
} from '../support/terminals';

test('a terminal is opened, typed into, sized, and goes on when the page is loaded anew', async ({
	page,
	computer
}) => {
	await openTerminal(page, computer);
	await run(page, 'echo $((6*7)) größer', '42 größer');

	const cols = async () => {
		await run(page, 'echo "cols=$(tput cols)."', /cols=\d+\./);
		return Number(/cols=(\d+)\./.exec(await textOn(page))?.[1]);
	};
	const before = await cols();
	await page.keyboard.type('clear\n');
	await page.setViewportSize({ width: 900, height: 600 });
	await expect.poll(cols).toBeLessThan(before);

	await run(page, 'kept=still-$((1+1)); echo set-$kept', 'set-still-2');
	await page.reload();
	await stands(page, 'live');
	await expect(screenOf(page)).toContainText('set-still-2');
	await run(page, 'echo "again $kept"', 'again still-2');
	expect(page.url()).toContain('?session=');
});

test('the row of a computer opens one at once, and its address alone opens none', async ({
	page,
	computer
}) => {
	await page.getByRole('link', { name: 'Open a terminal on Desk' }).click();
	await trust(page, computer);
	await stands(page, 'live');
	expect(computer.serving.output().match(/Terminal "/g)).toHaveLength(1);

	await page.goto(`/devices/${computer.id}?session=${randomUUID()}`);

	await stands(page, 'ended');
	await expect(page.getByRole('link', { name: /^All 1/ })).toBeVisible();
	expect(computer.serving.output().match(/Terminal "/g)).toHaveLength(1);
});

test.describe('while the relay is out of reach', () => {
	test.use({ expectedErrors: [/WebSocket connection/] });

	test('nothing that is printed or typed is lost or doubled when the line is cut', async ({
		page,
		computer,
		wire
	}) => {
		await openTerminal(page, computer);
		const numbers = Array.from({ length: 300 }, (_, at) => at + 1).join(' ');
		await page.keyboard.type(
			'stty -echo; for i in $(seq 300); do printf "$i "; sleep 0.02; done; stty echo; echo over-$((1+1))\n'
		);
		await expect(screenOf(page)).toContainText('31 32 33 34');

		await wire.cut();
		await stands(page, 'reconnecting');
		await page.keyboard.type('echo typed-$((40+4))\n');
		await expect(
			page.getByText('What you type is kept while this page is open.', { exact: true })
		).toBeVisible();
		await stands(page, 'relay-offline', 30_000);
		await wire.mend();

		await stands(page, 'live', 30_000);
		await expect(screenOf(page)).toContainText('over-2', { timeout: 20_000 });
		await expect(screenOf(page)).toContainText('typed-44');
		const text = await textOn(page);
		expect(text).toContain(numbers);
		expect(text.match(/typed-44/g)).toHaveLength(1);
		await expect(
			page.getByText('What you type is kept while this page is open.', { exact: true })
		).toBeHidden();
	});
});

test('a runner that is gone is said, and so is what has ended with it', async ({
	page,
	computer
}) => {
	await openTerminal(page, computer);

	computer.serving.child.kill('SIGKILL');
	await stands(page, 'runner-offline');
	await expect(standing(page)).toContainText('The computer is offline');
	await expect(page.getByRole('button', { name: 'Copy the command' })).toBeVisible();

	const again = computer.run('start');
	await again.says(/Online/);
	await stands(page, 'ended');
	await page.getByRole('button', { name: 'New terminal', exact: true }).last().click();
	await stands(page, 'live');
	await run(page, 'echo new-$((1+1))', 'new-2');
});

test('a terminal that is wished for while the computer is offline is started once, also after reloads', async ({
	page,
	computer
}) => {
	await openTerminal(page, computer);
	computer.serving.child.kill('SIGKILL');
	await stands(page, 'runner-offline');
	await page.getByRole('button', { name: 'New terminal', exact: true }).click();
	await expect(page.getByRole('link', { name: 'Terminal 2' })).toHaveAttribute(
		'aria-current',
		'page'
	);
	await stands(page, 'runner-offline');

	await page.reload();
	await stands(page, 'runner-offline');
	const again = computer.run('start');
	await again.says(/Online/);
	await stands(page, 'live');
	await run(page, 'echo wished-$((1+1))', 'wished-2');
	await page.reload();
	await stands(page, 'live');

	await expect(screenOf(page)).toContainText('wished-2');
	expect(again.output().match(/Terminal "/g)).toHaveLength(1);
});

test('whoever unpairs a computer ends what is typed there within two seconds', async ({
	page,
	computer
}) => {
	await openTerminal(page, computer);
	const other = await page.context().newPage();
	await open(other, '/devices');
	await other.getByText('Details', { exact: true }).click();
	await other.getByRole('button', { name: 'Unpair Desk' }).click();
	await page.bringToFront();
	const typing = page.keyboard.type('echo typing '.repeat(30), { delay: 5 });

	await other
		.getByRole('alertdialog')
		.getByRole('button', { name: 'Unpair' })
		.evaluate((button: HTMLElement) => button.click());

	await stands(page, 'revoked', 2_000);
	await typing;
	await expect(page.getByRole('link', { name: 'Go to your devices' })).toBeVisible();
	expect(await computer.serving.ended).toBe(1);
});

test('another key than the known one is asked about before anything is sent', async ({
	page,
	ada,
	computer
}) => {
	await openTerminal(page, computer);
	await run(page, 'echo first-$((1+1))', 'first-2');
	const { publicKey } = await makeRunnerKey();
	await page.evaluate(
		([name, key]) => localStorage.setItem(name as string, JSON.stringify(key)),
		[`coda-runner-key:${ada.id}:${computer.id}`, publicKey]
	);

	await page.reload();
	await expect(page.getByRole('heading', { name: 'The key of Desk has changed' })).toBeVisible();
	await expect(page.getByText(computer.words)).toBeVisible();
	await expect(screenOf(page)).toBeHidden();

	await page.getByRole('button', { name: 'I paired it anew: use this key' }).click();
	await stands(page, 'live');
	await expect(screenOf(page)).toContainText('first-2');
});

test('several are open side by side, are listed, renamed, put away and come back to', async ({
	page,
	computer
}) => {
	await openTerminal(page, computer);
	await run(page, 'echo one-$((1+1))', 'one-2');
	await page.getByRole('button', { name: 'New terminal' }).click();
	await expect(page.getByRole('link', { name: 'Terminal 2' })).toHaveAttribute(
		'aria-current',
		'page'
	);
	await stands(page, 'live');
	await run(page, 'echo two-$((1+1))', 'two-2');

	await page.getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Rename' }).click();
	const dialog = page.getByRole('dialog', { name: 'Rename the terminal' });
	await dialog.getByLabel('Name').fill('Build');
	await dialog.getByRole('button', { name: 'Rename' }).click();
	await expect(page.getByRole('link', { name: 'Build' })).toBeVisible();

	await page.getByRole('link', { name: 'Terminal 1' }).click();
	await expect(screenOf(page)).toContainText('one-2');
	await page.getByRole('button', { name: 'Close Build' }).click();
	await page.getByRole('link', { name: /^All/ }).click();
	const list = page.getByRole('list', { name: 'Terminals on Desk' });
	await expect(list.getByRole('listitem')).toHaveCount(2);

	await list.getByRole('link', { name: 'Build' }).click();
	await stands(page, 'live');
	await expect(screenOf(page)).toContainText('two-2');

	await page.reload();
	await stands(page, 'live');
	await expect(page.getByRole('link', { name: 'Terminal 1' })).toBeVisible();
	await page.getByRole('link', { name: /^All/ }).click();
	await list.getByRole('button', { name: 'What to do with Build' }).click();
	await page.getByRole('menuitem', { name: 'End' }).click();
	await page.getByRole('button', { name: 'End it' }).click();
	await expect(list.getByRole('listitem')).toHaveCount(1);
});

test('a terminal says how it ended, and a new one takes its place', async ({ page, computer }) => {
	await openTerminal(page, computer);

	await page.keyboard.type('exit 3\n');
	await stands(page, 'ended');
	await expect(standing(page)).toContainText('Exit code 3.');
	await standing(page).getByRole('button', { name: 'New terminal' }).click();
	await stands(page, 'live');

	await standing(page).getByRole('button', { name: 'End' }).click();
	await page.getByRole('button', { name: 'End it' }).click();
	await stands(page, 'ended');
});

test('signing out forgets the keys of computers', async ({ page, ada, computer }) => {
	await openTerminal(page, computer);
	const names = () => page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }));
	expect(await names()).toContain(`coda-runner-key:${ada.id}:${computer.id}`);

	await page.getByRole('button', { name: 'Account' }).click();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(page).toHaveURL(/sign-in|\/$/);

	expect((await names()).filter((name) => name.includes(ada.id))).toEqual([]);
	expect(computer.serving.output()).not.toContain('has ended');
});
