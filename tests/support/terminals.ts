import { randomUUID } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { LOOPBACK_ORIGINS } from '../../relay/origins';
import { PresenceReporter } from '../../relay/presence';
import { startApp, type App } from './app-server';
import { expect, open, sql, test as base } from './e2e';
import { relaySecrets, startRelay, type TestRelay } from './relay';
import { runnerCli, type RunnerCli, type RunnerProcess } from './runner-cli';
import { startTcpProxy, type TcpProxy } from './tcp-proxy';

/** A computer that is paired and online. */
export interface PairedComputer extends RunnerCli {
	id: string;
	/** Six words of its key, as it shows them. */
	words: string;
	/** The runner that serves it. */
	serving: RunnerProcess;
}

interface WorkerFixtures {
	relay: TestRelay & { reporter?: PresenceReporter };
	/** What browsers and computers reach the relay through. */
	wire: TcpProxy;
	app: App;
}

interface TestFixtures {
	/** Whether pages draw on what the browser has in the place of a graphics card; else as elements. */
	hasGraphics: boolean;
	/** Ada's own computer, with the real runner. */
	computer: PairedComputer;
}

/** A browser without a graphics card and without what stands in for one. */
function withoutGraphics(): void {
	const { getContext } = HTMLCanvasElement.prototype;
	HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string) {
		return kind === 'webgl2' ? null : getContext.call(this, kind);
	} as typeof getContext;
}

/** An application with a relay beside it that can be cut off, and a computer. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
	hasGraphics: [false, { option: true }],
	page: async ({ page, hasGraphics }, use) => {
		if (!hasGraphics) await page.addInitScript(withoutGraphics);
		await use(page);
	},
	relay: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from here
		async ({}, use) => {
			const relay: WorkerFixtures['relay'] = await startRelay({
				origins: LOOPBACK_ORIGINS,
				onPresence: (change) => relay.reporter?.changed(change)
			});
			await use(relay);
			await relay.stop();
		},
		{ scope: 'worker' }
	],
	wire: [
		async ({ relay }, use) => {
			const { port } = new URL(relay.url);
			const wire = await startTcpProxy({ host: '127.0.0.1', port: Number(port) });
			await use(wire);
			await wire.stop();
		},
		{ scope: 'worker' }
	],
	app: [
		async ({ wire, relay }, use) => {
			const app = await startApp({
				env: { PUBLIC_DEVMODE_RELAY_URL: `ws://127.0.0.1:${wire.port}` }
			});
			const reporter = new PresenceReporter({
				...{ relayId: randomUUID(), appUrl: app.origin, secret: relaySecrets.internal },
				...{ log: () => {}, present: () => relay.rooms.present() }
			});
			relay.reporter = reporter;
			await use(app);
			await reporter.stop();
			await app.stop();
		},
		{ scope: 'worker' }
	],
	computer: async ({ page, ada, app, wire }, use) => {
		expect(ada.id).toBeTruthy();
		if (!wire.isOpen) await wire.mend();
		// Each test has a computer of its own, and all of them call from one address.
		await sql(app, 'DELETE FROM rate_limits');
		const cli = runnerCli();
		try {
			await use(await paired(page, app, cli));
		} finally {
			await cli.stop();
		}
	}
});

/** Pairs a computer as its person does, and starts it. */
async function paired(page: Page, app: App, cli: RunnerCli): Promise<PairedComputer> {
	const pairing = cli.run('pair', '--server', app.origin, '--name', 'Desk', '--folder', cli.folder);
	const [, userCode = ''] = await pairing.says(/Code {3}(\S+)/);
	const [, words = ''] = await pairing.says(/Words {2}(.+)/);
	const main = page.locator('#main');
	await open(page, '/pair');
	await main.getByLabel('Code').fill(userCode);
	await main.getByRole('button', { name: 'Look at the computer' }).click();
	await expect(main.getByText(words)).toBeVisible();
	await main.getByRole('button', { name: 'Let it in' }).click();
	await expect(main.getByText('Desk is let in')).toBeVisible();
	expect(await pairing.ended).toBe(0);
	const serving = cli.run('start');
	await serving.says(/Online/);
	await open(page, '/devices');
	const id = await main.getByRole('heading', { name: 'Desk' }).evaluate((heading) => {
		const line = heading.closest('li');
		return line?.querySelector<HTMLInputElement>('input[name="id"]')?.value;
	});
	return { ...cli, id: id ?? '', words, serving };
}

/** The terminal that is shown. */
export const screenOf = (page: Page): Locator =>
	page.locator('[data-terminal]:visible .xterm-rows');

/** Says that the words of the computer's key are the same, and waits until the terminal is live. */
export async function trust(page: Page, { words }: PairedComputer): Promise<void> {
	await expect(page.getByText(words, { exact: true })).toBeVisible();
	await page.getByRole('button', { name: 'They are the same' }).click();
}

/** How the terminal that is shown stands. */
export const standing = (page: Page): Locator => page.locator('[data-standing]:visible');

/** Waits until the terminal that is shown stands in a way. */
export const stands = (page: Page, is: string, timeout = 15_000): Promise<void> =>
	expect(standing(page)).toHaveAttribute('data-standing', is, { timeout });

/** Opens the page of a computer, says that its key is right, and opens a terminal. */
export async function openTerminal(page: Page, computer: PairedComputer): Promise<void> {
	await open(page, `/devices/${computer.id}`);
	await trust(page, computer);
	await page.getByRole('button', { name: 'Open a terminal' }).click();
	await stands(page, 'live');
}

/** Types a command, and waits for what it prints. */
export async function run(page: Page, command: string, prints: string | RegExp): Promise<void> {
	await page.keyboard.type(`${command}\n`);
	await expect(screenOf(page)).toContainText(prints, { timeout: 10_000 });
}

/** What stands on the screen, row after row: what goes over the end of a row is whole. */
export const textOn = async (page: Page): Promise<string> =>
	(await screenOf(page).textContent())?.replaceAll('\u00a0', ' ') ?? '';
