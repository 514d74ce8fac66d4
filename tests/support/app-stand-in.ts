import { randomUUID, type UUID } from 'node:crypto';
import { importGrantKey, makeGrantKey, signGrant, type GrantClaims } from '#protocol/grants';
import { isProof, makeRunnerKey } from '#protocol/identity';
import { toBase64url, randomBytes } from '#protocol/bytes';
import { signTicket, type TicketRequest } from '#protocol/tickets';
import { ApiProblem, type RunnerApi } from '../../runner/core/api.ts';
import type { Paired } from '../../runner/core/paired.ts';
import { relaySecrets, ticketsOf } from './relay.ts';

/** What the app does for a browser. */
export interface BrowsersApp {
	/** Where the runner and its viewers are sent to. */
	relayUrl: string;
	runnerPublicKey: string;
	grant(
		request: Pick<GrantClaims, 'role' | 'sessionId' | 'browserKey'>,
		/** What is otherwise than usual. */
		but?: { nowMs?: number; runnerId?: string }
	): Promise<{ token: string; claims: Pick<GrantClaims, 'runnerId' | 'sessionId' | 'role'> }>;
	ticketFor(role: 'writer' | 'viewer', sessionId: UUID): TicketRequest;
	/** The ticket itself, where the app is a real one, whose secret is its own. */
	signedTicket?(role: 'writer' | 'viewer', sessionId: UUID): Promise<string>;
}

/** What the app does for one person with one paired computer, for tests of the runner. */
export interface AppStandIn extends BrowsersApp {
	paired: Paired;
	api: RunnerApi;
	/** What the app does from now on: refuses, is away, or answers. */
	mood: 'answers' | 'refuses' | 'away';
	/** The app's clock, ahead of this computer's. */
	aheadMs: number;
	/** Tickets that were given to the runner. */
	tickets: number;
}

const unused = () => Promise.reject(new Error('A runner that runs asks for no such thing.'));

/** Makes a pairing that the app knows, without the way to it. */
export async function pairedApp(relayUrl: string): Promise<AppStandIn> {
	const server = 'https://coda.test';
	const ids = { personId: randomUUID(), runnerId: randomUUID() };
	const runnerKey = await makeRunnerKey();
	const grantKey = await makeGrantKey();
	const { key } = await importGrantKey(grantKey.privateKey);
	const credential = toBase64url(randomBytes(32));
	const challenges = new Set<string>();
	const admit = (given: string) => {
		if (app.mood === 'away') throw new ApiProblem('UNREACHABLE', 'The app is away.');
		if (app.mood === 'refuses' || given !== credential) {
			throw new ApiProblem('UNAUTHORIZED', 'This computer is not paired.', 'runner.unknown');
		}
	};
	const nowMs = () => Date.now() + app.aheadMs;
	const app: AppStandIn = {
		paired: {
			...{ server, credential, ...runnerKey },
			runnerId: ids.runnerId,
			grantKeys: [grantKey.publicKey],
			personEmail: 'ada@example.com'
		},
		relayUrl,
		runnerPublicKey: runnerKey.publicKey,
		mood: 'answers',
		aheadMs: 0,
		tickets: 0,
		api: {
			pairing: { start: unused, poll: unused },
			unpair: unused,
			faults: unused,
			async challenge() {
				admit(credential);
				const challenge = toBase64url(randomBytes(32));
				challenges.add(challenge);
				return { challenge };
			},
			async ticket({ credential: given, challenge, proof }) {
				admit(given);
				const of = { purpose: 'ticket', challenge, origin: server } as const;
				if (!challenges.delete(challenge) || !(await isProof(runnerKey.publicKey, proof, of))) {
					throw new ApiProblem('UNAUTHORIZED', 'That is no proof.');
				}
				app.tickets += 1;
				const request = ticketsOf({ ...ids, sessionId: randomUUID(), signInId: randomUUID() })[
					'runner-control'
				];
				const ticket = await signTicket(request, relaySecrets.ticket);
				return { ticket, relayUrl: app.relayUrl, nowMs: nowMs(), minimumVersion: '0.0.0' };
			}
		},
		...browsersGrants(ids, key, nowMs)
	};
	return app;
}

/** Grants and tickets for a person's browsers. */
export function browsersGrants(
	ids: { personId: UUID; runnerId: UUID },
	key: CryptoKey,
	nowMs: () => number = Date.now
): Pick<BrowsersApp, 'grant' | 'ticketFor'> {
	return {
		async grant({ role, sessionId, browserKey }, but = {}) {
			const runnerId = but.runnerId ?? ids.runnerId;
			const claims = { sub: ids.personId, runnerId, sessionId, role, browserKey };
			return { token: await signGrant(claims, key, but.nowMs ?? nowMs()), claims };
		},
		ticketFor: (role, sessionId) => ticketsOf({ ...ids, sessionId, signInId: randomUUID() })[role]
	};
}
