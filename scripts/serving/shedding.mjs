import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What pages report of themselves, as pages write it. Nobody waits for an answer to it. */
const reports = /^\/api\/(errors|views|vitals)$/;

/** Of one kind so many at once: all kinds together leave connections to the database to people. */
const placesOfAKind = 4;
/** A report that takes longer gives its place to the next, whether it is slow to come or slow to be kept. */
const placeMs = 5_000;

const lookEveryMs = 250;
/** A process whose loop comes round more slowly, at three looks in a row, has more to do than it can. */
const mostLagMs = 60;
const looksInARow = 3;
const leastShare = 0.01;
const regained = 0.05;

/**
 * What share of the reports is let in next: half as many while the loop lags, and a little more each time that it
 * does not. So it finds what a process can bear, as TCP does (AIMD, RFC 5681).
 *
 * @param {number} share what was let in, from 0 to 1
 * @param {boolean} lags
 */
export const nextShare = (share, lags) =>
	lags ? Math.max(leastShare, share / 2) : Math.min(1, share + regained);

/**
 * Sheds load: reports of pages are refused with 503 before the application sees them while this process cannot keep up,
 * or has many of them in hand, so that people get their pages. The application hears of each by the process' event
 * `coda:shed`.
 *
 * @param {object} [given]
 * @param {() => number} [given.lag] how slowly the loop came round since it was asked last, in milliseconds
 * @param {() => number} [given.chance] from 0 to 1
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, path: string) => boolean}
 * whether the request was answered
 */
export function createShedding({ lag = measuredLag(), chance = Math.random } = {}) {
	let share = 1;
	let lagged = 0;
	setInterval(() => {
		lagged = lag() > mostLagMs ? lagged + 1 : 0;
		share = nextShare(share, lagged >= looksInARow);
	}, lookEveryMs).unref();
	/** @type {Map<string, number>} */
	const inHand = new Map();
	return (request, response, path) => {
		const [, kind] = (request.method === 'POST' && reports.exec(path)) || [];
		if (kind === undefined) return false;
		const held = inHand.get(kind) ?? 0;
		if (held < placesOfAKind && chance() < share) {
			inHand.set(kind, held + 1);
			onceOver(request, response, () => inHand.set(kind, (inHand.get(kind) ?? 1) - 1));
			return false;
		}
		response.writeHead(503, { 'retry-after': '5', 'content-length': '0' }).end();
		/** @type {NodeJS.EventEmitter} */ (process).emit('coda:shed');
		return true;
	};
}

/**
 * Calls `over` once: when the answer has gone, when the connection has, which answers that wait behind another on it are
 * not told, or when it takes too long.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {() => void} over
 */
function onceOver({ socket }, response, over) {
	const end = () => {
		clearTimeout(timer);
		response.off('close', end);
		socket.off('close', end);
		over();
	};
	const timer = setTimeout(end, placeMs).unref();
	response.once('close', end);
	socket.once('close', end);
}

/** Most of the times: one long task is no overload. */
function measuredLag() {
	const delay = monitorEventLoopDelay({ resolution: 10 });
	delay.enable();
	return () => {
		const ms = delay.count > 0 ? delay.percentile(75) / 1e6 : 0;
		delay.reset();
		return ms;
	};
}
