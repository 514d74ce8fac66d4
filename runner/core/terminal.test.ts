import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pairedApp, type AppStandIn } from '#tests/support/app-stand-in';
import { BrowserEnd } from '#tests/support/browser-end';
import { startRelay, type TestRelay } from '#tests/support/relay';
import { startTcpProxy, type TcpProxy } from '#tests/support/tcp-proxy';
import { AllowedFolders } from './folders.ts';
import { Runner } from './runner.ts';
import { shellEnvironment } from './shell.ts';

let relay: TestRelay;
let proxy: TcpProxy;
let app: AppStandIn;
let runner: Runner;
let ran: Promise<unknown>;

beforeEach(async () => {
	relay = await startRelay();
	// Both ends reach the relay through something that can be cut.
	proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(relay.url).port) });
	app = await pairedApp(`ws://127.0.0.1:${proxy.port}`);
	runner = new Runner({
		...app,
		computer: {
			areOn: () => true,
			folders: new AllowedFolders([tmpdir()]),
			programFor: async () => ({
				file: '/bin/bash',
				args: ['--norc', '--noprofile'],
				folder: tmpdir(),
				env: { ...shellEnvironment(process.env, []), PS1: 'ready> ' }
			})
		}
	});
	ran = runner.run();
});
afterEach(async () => {
	await runner.stop();
	await ran;
	await proxy.stop();
	await relay.stop();
});

test('what is typed in a browser is echoed by a real shell, and what the shell prints comes back', async () => {
	const browser = new BrowserEnd(app);

	await browser.attach();
	await browser.prints('ready> ');
	browser.type('echo $((6 * 7))\r');
	await browser.prints('42\r\n');

	expect(browser.opened).toMatchObject({ resume: 'fresh', offset: 0, inputSequence: 0 });
	expect(browser.text).toContain('echo $((6 * 7))\r\n');
	await browser.until(() => browser.given === 1);
});

test('after a cut of everything both go on at the byte where they were, and no key counts twice', async () => {
	const browser = new BrowserEnd(app);
	await browser.attach();
	browser.type('for i in $(seq 1 300); do echo "line $i."; sleep 0.01; done; echo finished\r');
	await browser.prints('line 20.');

	for (let cuts = 0; cuts < 5; cuts++) {
		await proxy.cut();
		browser.type(`: typed ${cuts}\r`);
		await proxy.mend();
		await browser.attach();
		expect(browser.opened).toMatchObject({ resume: 'exact' });
	}
	await browser.prints(/\nfinished\r\n/);
	browser.type('echo all of it\r');
	await browser.prints(/[\r\n]all of it\r\n/);

	const lines = [...browser.text.matchAll(/line (\d+)\./g)].map(([, number]) => Number(number));
	// The command itself has none.
	expect(lines).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
	const typed = [...browser.text.matchAll(/ready> : typed (\d)/g)].map(([, number]) =>
		Number(number)
	);
	expect(typed).toEqual([0, 1, 2, 3, 4]);
});
