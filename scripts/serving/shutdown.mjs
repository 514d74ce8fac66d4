/** How long requests that are being answered may take to end. */
const requestsTimeoutMs = 25_000;
/** How long the application may take for what it does after its answers. */
const workTimeoutMs = 10_000;

/**
 * Ends a server in order: takes no more connections, lets the requests that run finish, then lets the
 * application finish its own work.
 *
 * The application listens to the process' event `sveltekit:shutdown` and gets `{ reason, waitUntil }`; what
 * it passes to `waitUntil` is waited for.
 *
 * @param {import('node:http').Server} server
 * @param {string} reason
 * @returns {Promise<void>}
 */
export async function shutDown(server, reason) {
	await finishRequests(server);
	/** @type {Promise<unknown>[]} */
	const work = [];
	const event = {
		reason,
		/** @param {Promise<unknown>} promise */
		waitUntil: (promise) => void work.push(promise)
	};
	/** @type {NodeJS.EventEmitter} */ (process).emit('sveltekit:shutdown', event);
	const results = await Promise.race([Promise.allSettled(work), after(workTimeoutMs)]);
	for (const result of results ?? []) {
		if (result.status === 'rejected') console.error('While shutting down:', result.reason);
	}
}

/**
 * @param {import('node:http').Server} server
 * @returns {Promise<void>}
 */
function finishRequests(server) {
	return new Promise((resolve) => {
		// A connection that is kept open becomes idle after its last answer; only then it can be closed.
		const closing = setInterval(() => server.closeIdleConnections(), 50);
		const deadline = setTimeout(() => server.closeAllConnections(), requestsTimeoutMs);
		server.close(() => {
			clearInterval(closing);
			clearTimeout(deadline);
			resolve();
		});
		server.closeIdleConnections();
	});
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
function after(ms) {
	return new Promise((resolve) => {
		setTimeout(resolve, ms);
	});
}
