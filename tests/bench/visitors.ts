import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { statusOf } from './load.ts';

/** What a browser of a visitor says that it is. */
export const BROWSER =
	'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

/** Connections from many addresses of this machine, which limits tell apart. Linux has all of `127.0.0.0/8`. */
export const agentsOf = (addresses: number): Agent[] =>
	Array.from(
		{ length: addresses },
		(_, n) =>
			new Agent({
				keepAlive: true,
				maxSockets: 1,
				localAddress: `127.0.${1 + Math.floor(n / 250)}.${1 + (n % 250)}`
			})
	);

/** Sends what a page sends of itself once it is shown, and when it is left: that it was viewed, and how fast it was. */
export function beaconsTo(origin: string, addresses: number): (route: string) => Promise<void> {
	const agents = agentsOf(addresses);
	const headers = () => ({
		origin,
		'user-agent': BROWSER,
		'content-type': 'application/json'
	});
	let turn = 0;
	return async (route) => {
		const agent = agents[(turn += 1) % agents.length];
		if (!agent) return;
		const post = (path: string, report: object) =>
			statusOf(
				origin,
				{ path, method: 'POST', headers, body: () => JSON.stringify(report) },
				agent
			);
		const answers = [
			await post('/api/views', { route }),
			await post('/api/vitals', { id: randomUUID(), route, lcp: 900, inp: 40, cls: 0.01 })
		];
		const refused = answers.find((status) => status !== 204);
		if (refused !== undefined) throw new Error(`A view was answered with ${refused}.`);
	};
}
