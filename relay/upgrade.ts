import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { readPath } from '#protocol/addresses';
import { RegistryAway, type Elsewhere, type Registry } from './registry.ts';

/** What becomes of a request for a socket. */
export type UpgradeAnswer =
	| { kind: 'take'; runnerId: string | undefined }
	/** Another relay has that runner: Fly's proxy takes the request there. */
	| { kind: 'replay'; machine: string }
	/** The same, told to the caller itself. */
	| { kind: 'moved'; url: string; runnerId: string }
	| { kind: 'refuse'; status: 403 | 404 | 429 | 503 };

/** What a request is measured by. */
export interface UpgradeRules {
	registry: Registry;
	isOriginKnown: (origin: string | undefined) => boolean;
	/** Why no more sockets can be taken from there, or nothing when they can. */
	refusalFor: (address: string) => 429 | 503 | undefined;
	onFly: boolean;
}

/** Decides about a request, before it becomes a socket. */
export async function answerUpgrade(
	request: IncomingMessage,
	address: string,
	{ registry, isOriginKnown, refusalFor, onFly }: UpgradeRules
): Promise<UpgradeAnswer> {
	const path = readPath((request.url ?? '').split('?', 1)[0] ?? '');
	if (!path) return { kind: 'refuse', status: 404 };
	if (!isOriginKnown(request.headers.origin)) return { kind: 'refuse', status: 403 };
	const status = refusalFor(address);
	if (status) return { kind: 'refuse', status };
	if (path === 'events') return { kind: 'take', runnerId: undefined };

	const { runnerId } = path;
	// Fly tried, and the other one did not answer: it counts as gone.
	const hasFailed = request.headers['fly-replay-failed'] !== undefined;
	const elsewhere = hasFailed ? undefined : await locate(registry, runnerId);
	if (onFly && elsewhere?.machine) return { kind: 'replay', machine: elsewhere.machine };
	if (!onFly && elsewhere?.url) return { kind: 'moved', url: elsewhere.url, runnerId };
	return { kind: 'take', runnerId };
}

/** Where nobody can be asked, whoever is here stays here: the ticket is not taken without the registry anyway. */
async function locate(registry: Registry, runnerId: string): Promise<Elsewhere | undefined> {
	try {
		return await registry.locate(runnerId);
	} catch (cause) {
		if (cause instanceof RegistryAway) return undefined;
		throw cause;
	}
}

/** Answers a request for a socket with plain HTTP, and ends it. */
export function refuseUpgrade(
	socket: Duplex,
	status: number,
	headers: Readonly<Record<string, string>> = {}
): void {
	const lines = Object.entries({ connection: 'close', 'content-length': '0', ...headers }).map(
		([name, value]) => `${name}: ${value}\r\n`
	);
	socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`, () =>
		socket.destroy()
	);
}

/** Hands a request to another machine of Fly. What that does not answer in time comes back. */
export const replayHeaders = (machine: string): Record<string, string> => ({
	'fly-replay': `instance=${machine};timeout=3s;fallback=prefer_self`
});
