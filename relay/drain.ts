import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { RelayLimits } from './limits.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Rooms } from './rooms.ts';

/** What is emptied. */
interface Draining {
	server: Server;
	peers: Peers;
	rooms: Rooms;
	limits: RelayLimits;
}

/**
 * Empties a relay that takes nobody new: tells everyone, then closes sockets one after the other, over as long as
 * there is time, so that not all of them come to the next relay in the same moment. A runner goes together with
 * its viewers: they meet again the sooner.
 */
export async function drain({ server, peers, rooms, limits }: Draining): Promise<void> {
	// Without waiting: it has closed when the last socket is gone.
	server.close();
	const leaving = inOrder(peers, rooms);
	const spreadMs = Math.min(limits.drainMs, leaving.length * limits.drainPerSocketMs);
	for (const peer of leaving) {
		if (peer.isAdmitted) peer.say({ type: 'goaway', withinMs: Math.round(spreadMs) });
	}
	const begun = performance.now();
	for (const [index, peer] of leaving.entries()) {
		const dueMs = (index / leaving.length) * spreadMs - (performance.now() - begun);
		if (dueMs > 1) await wait(dueMs);
		peer.goAway();
	}
	// Closing frames are answered, or the library cuts them off.
	while (peers.size > 0) await wait(10);
	server.closeAllConnections();
	if (server.listening) await once(server, 'close');
}

function inOrder(peers: Peers, rooms: Rooms): Peer[] {
	return [...new Set([...[...rooms].flatMap((room) => room.peers), ...peers])];
}
