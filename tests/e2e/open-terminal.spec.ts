import { expect, open } from '../support/e2e';
import { openTerminal, run, screenOf, stands, test } from '../support/terminals';

test('a terminal is opened, typed into, sized, and goes on when the page is loaded anew', async ({
	page,
	computer
}) => {
	await openTerminal(page, computer);
	await run(page, 'echo $((6*7)) grö\u00dfer', '42 grö\u00dfer');

	const cols = async () => {
		await run(page, 'echo "cols=$(tput cols)."', /cols=\d+\./);
		return Number(/cols=(\d+)\./.exec((await screenOf(page).textContent()) ?? '')?.[1]);
	};
	const before = await cols();
	await page.keyboard.type('clear\n');
	await page.setViewportSize({ width: 900, height: 600 });
	await expect.poll(cols).toBeLessThan(before);

	await run(page, 'kept=still-here; echo set', 'set');
	await page.reload();
	await stands(page, 'live');
	await expect(screenOf(page)).toContainText('set');
	await run(page, 'echo $kept', 'still-here');
	expect(page.url()).toContain('?session=');
	await open(page, '/devices');
});
