import { createSubscriber } from 'svelte/reactivity';

const TICK_MS = 500;

/** The present moment, for what is counted down in seconds. */
class FastClock {
	#subscribe = createSubscriber((update) => {
		const timer = setInterval(update, TICK_MS);
		return () => clearInterval(timer);
	});

	get nowMs(): number {
		this.#subscribe();
		return Date.now();
	}
}

/** The clock of those who wait. */
export const fastClock = new FastClock();
