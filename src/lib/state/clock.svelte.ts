import { createSubscriber } from 'svelte/reactivity';

/** The present minute: ages on the page grow without a reload. */
class Clock {
	#subscribe = createSubscriber((update) => {
		const timer = setInterval(update, 30_000);
		return () => clearInterval(timer);
	});

	get now(): Date {
		this.#subscribe();
		return new Date();
	}
}

/** The clock of this page. */
export const clock = new Clock();
