import { startDishonestRelay, type DishonestRelay } from './dishonest-relay.ts';
import { startRunner, type RunnerExtra, type RunnerSetup } from './runner.ts';

/** A runner, and browsers, that reach their relay through one that lies. */
export interface BehindDishonestRelay {
	setup: RunnerSetup;
	relay: DishonestRelay;
	stop(): Promise<void>;
}

/** Starts all of it; nothing is changed on the way yet. */
export async function startBehindDishonestRelay(
	extra: RunnerExtra = {}
): Promise<BehindDishonestRelay> {
	let relay: DishonestRelay | undefined;
	const before = async (realUrl: string) => {
		relay = await startDishonestRelay(realUrl);
		return relay.url;
	};
	const setup = await startRunner({}, before, extra);
	if (!relay) throw new Error('A runner starts behind its relay.');
	const { stop } = relay;
	return {
		...{ setup, relay },
		async stop() {
			await setup.stop();
			await stop();
		}
	};
}
