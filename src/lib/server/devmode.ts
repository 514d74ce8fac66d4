import { importGrantKey } from '#protocol/grants';
import { POST_EVENTS_PATH } from '#protocol/addresses';
import { env } from './env';
import { refusal } from './refusal';

/** Below it a runner says that it has to be renewed, and connects no more. */
export const MINIMUM_RUNNER_VERSION = '0.1.0';

/** What tickets are signed with, and where they lead. */
export interface RelayAccess {
	url: string;
	ticketSecret: string;
}

/** The relay of this Coda. @throws SERVICE_UNAVAILABLE where there is none, as in development without one */
export function relayAccess(): RelayAccess {
	const { PUBLIC_DEVMODE_RELAY_URL: url, DEVMODE_JWT_SECRET: ticketSecret } = env();
	if (!url || !ticketSecret) throw refusal('SERVICE_UNAVAILABLE', 'devMode.noRelay');
	return { url, ticketSecret };
}

/** Where events are posted, and with what; nothing where there is no relay. */
export function relayDoor(): { address: URL; secret: string } | undefined {
	const { PUBLIC_DEVMODE_RELAY_URL: url, RELAY_INTERNAL_SECRET: secret } = env();
	if (!url || !secret) return undefined;
	// The address of sockets, as one for requests: ws is http, and wss is https.
	return { address: new URL(POST_EVENTS_PATH, url.replace(/^ws/, 'http')), secret };
}

let imported: { from: string; key: ReturnType<typeof importGrantKey> } | undefined;

/** The key that grants are signed with, and what runners pin of it. @throws SERVICE_UNAVAILABLE without one */
export function grantKey(): ReturnType<typeof importGrantKey> {
	const { DEVMODE_GRANT_KEY: from } = env();
	if (!from) throw refusal('SERVICE_UNAVAILABLE', 'devMode.noRelay');
	if (imported?.from !== from) imported = { from, key: importGrantKey(from) };
	return imported.key;
}
