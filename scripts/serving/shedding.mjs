import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What pages report of themselves. Nobody waits for an answer to it. */
const reports = /^\/api\/(errors|views|vitals)\/?$/;

/** More of them at once would take the connections to the database from people. */
const mostAtOnce = 16;

const lookEveryMs = 250;
/** A process whose loop comes round more slowly has more to do than it can. */
const mostLagMs = 100;
const leastShare = 0.01;
const regained = 0.05;

/**
 * What share of the reports is let in next: half as many while the loop lags, and a little more each time that it
 * does not. So it finds what a process can bear, as TCP does (AIMD, RFC 5681).
 *
 * @param {number} share what was let in, from 0 to 1
 * @param {number} lagMs
 */
export const nextShare = (share, lagMs) =>
	lagMs > mostLagMs ? Math.max(leastShare, share / 2) : Math.min(1, share + regained);

/**
 * Sheds load: reports of pages are refused with 503 before the application sees them while this process cannot keep up,
 * or has many of them in hand, so that people get their pages. The application hears of each by the process' event
 * `coda:shed`.
 *
 * @param {() => number} [lag] how slowly the loop came round since it was asked last, in milliseconds
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, path: string) => boolean}
 * whether the request was answered
 */
export function createShedding(lag = measuredLag()) {
	let share = 1;
	let owed = 0;
	let inHand = 0;
	setInterval(() => (share = nextShare(share, lag())), lookEveryMs).unref();
	const isPicked = () => {
		owed += share;
		if (owed < 1) return false;
		owed -= 1;
		return true;
	};
	return (request, response, path) => {
		if (request.method !== 'POST' || !reports.test(path)) return false;
		if (inHand < mostAtOnce && isPicked()) {
			inHand += 1;
			response.once('close', () => (inHand -= 1));
			return false;
		}
		// What is left unread would hold up what comes next on the connection.
		request.resume();
		response.writeHead(503, { 'retry-after': '5', 'content-length': '0' }).end();
		/** @type {NodeJS.EventEmitter} */ (process).emit('coda:shed');
		return true;
	};
}

/** Most of the times: one long task is no overload. */
function measuredLag() {
	const delay = monitorEventLoopDelay({ resolution: 10 });
	delay.enable();
	return () => {
		const ms = delay.percentile(75) / 1e6;
		delay.reset();
		return Number.isFinite(ms) ? ms : 0;
	};
}
