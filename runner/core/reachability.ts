import type { RunnerTicket } from '#protocol/pairing';
import { ApiProblem, saysUnpaired } from './api.ts';
import type { Finding } from './examination.ts';
import { httpApi } from './http-api.ts';
import { RUNNER_LIMITS } from './limits.ts';
import type { Paired } from './paired.ts';
import { prove } from './proof.ts';
import { isOlder, RUNNER_VERSION } from './version.ts';

/** Looks whether the app and the relay answer, and whether this computer is still paired. */
export async function reachability(
	paired: Paired | undefined,
	server = paired?.server
): Promise<Finding[]> {
	if (server === undefined) {
		return [
			{ what: 'Pairing', state: 'note', detail: 'none yet: coda-runner pair --server <address>' }
		];
	}
	if (!paired || paired.server !== server) return [await answering(server)];
	const pairing: Finding = { what: 'Pairing', state: 'fine', detail: paired.personEmail };
	const coda: Finding = { what: 'Coda', state: 'fine', detail: server };
	try {
		const api = httpApi(server);
		const ticket = await api.ticket({
			...(await prove(api, paired, 'ticket')),
			version: RUNNER_VERSION
		});
		if (!isOlder(ticket.minimumVersion)) return [coda, pairing, await relay(ticket)];
		const detail = `${server} wants ${ticket.minimumVersion} or newer: get it from the devices page`;
		return [{ ...coda, state: 'wrong', detail }, pairing, await relay(ticket)];
	} catch (cause) {
		if (!(cause instanceof ApiProblem)) throw cause;
		if (!saysUnpaired(cause)) return [{ ...coda, state: 'wrong', detail: cause.message }, pairing];
		const detail =
			'this computer is not paired any more: coda-runner unpair, then coda-runner pair';
		return [coda, { ...pairing, state: 'wrong', detail }];
	}
}

async function answering(server: string): Promise<Finding> {
	try {
		await httpApi(server).challenge({ runnerId: crypto.randomUUID() });
		return { what: 'Coda', state: 'fine', detail: server };
	} catch (cause) {
		if (!(cause instanceof ApiProblem)) throw cause;
		return { what: 'Coda', state: 'wrong', detail: cause.message };
	}
}

async function relay({ relayUrl }: RunnerTicket): Promise<Finding> {
	const what = 'Relay';
	// wss: becomes https:
	const address = new URL('/healthz', relayUrl.replace(/^ws/, 'http'));
	try {
		const { ok, status } = await fetch(address, {
			signal: AbortSignal.timeout(RUNNER_LIMITS.connectMs),
			redirect: 'error'
		});
		const detail = ok
			? relayUrl
			: `${relayUrl} answers ${status}: whoever runs your Coda can see why`;
		return { what, state: ok ? 'fine' : 'wrong', detail };
	} catch {
		const detail = `${relayUrl} does not answer: a firewall, or the relay is down`;
		return { what, state: 'wrong', detail };
	}
}
