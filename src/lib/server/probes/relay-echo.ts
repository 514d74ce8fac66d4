import { randomBytes, randomUUID } from 'node:crypto';
import { runnerAddress } from '#protocol/addresses';
import { FRAME, VIEWER_CHANNEL } from '#protocol/frames';
import { signTicket, type TicketRequest } from '#protocol/tickets';
import { relayAccess } from '../devmode';
import { env } from '../env';
import { PROBE_ID } from '../services/probe-identity';
import { RelayEnd } from './relay-end';
import { expectThat, type Probe } from './steps';

const CONNECT_MS = 5_000;
const ECHO_MS = 2_000;
const ECHO_BYTES = 1_024;

/**
 * A computer and a browser, both played here, meet at the relay as real ones do: with signed tickets, in a room of
 * their own, for a moment. What the one types comes back from the other.
 */
export const probeRelayEcho: Probe = async (attempt) => {
	const { url, ticketSecret } = relayAccess();
	const runnerId = randomUUID();
	const owned = { aud: env().tier, sub: PROBE_ID, runnerId };
	const over = new AbortController();
	/** Connects, where necessary to the other relay that has the computer. */
	const connect = async (request: TicketRequest, signal: AbortSignal) => {
		const ticket = await signTicket(request, ticketSecret);
		const ended = AbortSignal.any([signal, over.signal]);
		let end = new RelayEnd(runnerAddress(url, runnerId), ticket, ended);
		let greeting = await end.said('ready', 'moved');
		if (greeting.type === 'moved') {
			end = new RelayEnd(runnerAddress(greeting.url, runnerId), ticket, ended);
			greeting = await end.said('ready');
		}
		return { end, runnerOnline: greeting.runnerOnline };
	};
	try {
		const { end: runner } = await attempt(['connect a computer', CONNECT_MS], (signal) =>
			connect({ role: 'runner-control', ...owned }, signal)
		);
		const viewer = await attempt(['connect a browser', CONNECT_MS], async (signal) => {
			const asked = { role: 'writer', ...owned, ownerId: PROBE_ID } as const;
			const { end, runnerOnline } = await connect(asked, signal);
			expectThat(runnerOnline === true, 'the relay does not know the computer that is connected');
			return end;
		});
		await attempt(['echo', ECHO_MS], async () => {
			const { channel } = await runner.said('join');
			const typed = randomBytes(ECHO_BYTES);
			viewer.send(FRAME.INPUT, VIEWER_CHANNEL, typed);
			const { body } = await runner.frame(FRAME.INPUT);
			runner.send(FRAME.DATA, channel, Buffer.from(body));
			const echo = await viewer.frame(FRAME.DATA);
			expectThat(typed.equals(echo.body), 'other bytes came back than were sent');
		});
	} finally {
		over.abort();
	}
};
