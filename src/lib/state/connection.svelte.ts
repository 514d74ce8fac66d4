import { createSubscriber } from 'svelte/reactivity';
import { on } from 'svelte/events';

/** Whether the browser has a network. On the server there is always one. */
class Connection {
	#subscribe = createSubscriber((update) => {
		const offs = [on(window, 'online', update), on(window, 'offline', update)];
		return () => offs.forEach((off) => off());
	});

	get isOnline(): boolean {
		this.#subscribe();
		return typeof navigator === 'undefined' || navigator.onLine !== false;
	}
}

/** The network of this page. */
export const connection = new Connection();
