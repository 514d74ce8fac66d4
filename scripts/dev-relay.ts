/** `pnpm dev:relay`: the relay alone, with the secrets of this computer, beside an app that runs already. */
import { prepareEnvironment } from './local/preparation.ts';
import { completeRelayEnvironment } from './local/relay-process.ts';
import { runScript } from './local/script.ts';

await runScript(async () => {
	completeRelayEnvironment(await prepareEnvironment());
	await import('../relay/main.ts');
});
