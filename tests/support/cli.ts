import { BrowserEnd } from './browser-end.ts';
import { startAppApi, type AppApi } from './app-api.ts';
import { startRelay, type TestRelay } from './relay.ts';
import { runnerCli, type RunnerCli, type RunnerProcess } from './runner-cli.ts';

/** A computer with the runner's program, an app that pairs it, and a relay. */
export interface CliSetup extends RunnerCli {
	relay: TestRelay;
	app: AppApi;
	/** Pairs, starts, and waits until it is online. @param limits of its shell */
	online(limits?: string): Promise<RunnerProcess>;
	/** A terminal in which something was printed that is not what was typed. */
	terminal(): Promise<BrowserEnd>;
}

/** @param before a relay that stands before the real one: its address */
export async function startCli(
	before: (relayUrl: string) => Promise<string> = async (relayUrl) => relayUrl
): Promise<CliSetup> {
	const relay = await startRelay();
	const app = await startAppApi(await before(relay.url));
	const cli = runnerCli();
	return {
		...{ ...cli, relay, app },
		async online(limits = ':') {
			app.polls.push('approve');
			const pairing = cli.run('pair', '--server', app.url, '--folder', cli.folder);
			if ((await pairing.ended) !== 0) throw new Error(pairing.output());
			const serving = cli.runUnder(limits, 'start');
			await serving.says('Online');
			return serving;
		},
		async terminal() {
			const browser = new BrowserEnd(app);
			await browser.attach();
			browser.type('echo "here $((1 + 1)) $$."\r');
			await browser.prints(/here 2 \d+\./);
			return browser;
		},
		async stop() {
			await cli.stop();
			await app.stop();
			await relay.stop();
		}
	};
}
