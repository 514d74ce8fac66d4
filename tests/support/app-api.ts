import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { initTRPC, TRPCError } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import * as z from 'zod';
import { randomBytes, toBase64url } from '#protocol/bytes';
import { RunnerFault } from '#protocol/faults';
import { importGrantKey, makeGrantKey } from '#protocol/grants';
import { isProof } from '#protocol/identity';
import { PairingStart, type PairingPolled } from '#protocol/pairing';
import { signTicket } from '#protocol/tickets';
import { transformer } from '../../src/lib/transformer.ts';
import { browsersGrants, type BrowsersApp } from './app-stand-in.ts';
import { relaySecrets, ticketsOf } from './relay.ts';

/** The procedures that a runner asks, over HTTP, for one computer. */
export interface AppApi extends BrowsersApp {
	/** `http://127.0.0.1:…` */
	url: string;
	/** What the computer has said of itself. */
	asked: PairingStart | undefined;
	/** Answers to polls, in their order; when they are used up: pending. */
	polls: (PairingPolled | 'approve')[];
	/** Polls so far. */
	polled: number;
	/** Whether tickets are refused from now on. */
	isUnpaired: boolean;
	/** Faults that the runner has told of. */
	faults: RunnerFault[];
	/** What a call that tells of faults is refused with from now on. */
	refusesFaults: TRPCError['code'] | undefined;
	/** Calls that told of faults, refused or not. */
	tellings: number;
	stop(): Promise<void>;
}

/** What a paired computer shows. */
const Shown = z.object({
	runnerId: z.uuid(),
	credential: z.string(),
	challenge: z.string(),
	proof: z.string()
});

/**
 * Starts an app that pairs whatever asks, when it is told to.
 *
 * @param isOlder it is from before runners told of their faults
 */
export async function startAppApi(relayUrl: string, isOlder = false): Promise<AppApi> {
	const grantKey = await makeGrantKey();
	const { key } = await importGrantKey(grantKey.privateKey);
	const ids = { personId: randomUUID(), runnerId: randomUUID() };
	const [deviceCode, credential] = [toBase64url(randomBytes(32)), toBase64url(randomBytes(32))];
	const t = initTRPC.create({
		transformer,
		errorFormatter: ({ shape, error }) => ({
			...shape,
			data: { ...shape.data, reason: (error.cause as { reason?: string } | undefined)?.reason }
		})
	});
	const refuse = (reason: string) => {
		const cause = Object.assign(new Error(reason), { reason });
		return new TRPCError({ code: 'UNAUTHORIZED', message: reason, cause });
	};
	const approved = (): PairingPolled => ({
		...{ state: 'paired', runnerId: ids.runnerId, credential, relayUrl },
		...{ grantKeys: [grantKey.publicKey], personEmail: 'ada@example.com' }
	});
	const challenges = new Set<string>();
	const pairing = t.router({
		start: t.procedure.input(PairingStart).mutation(async ({ input }) => {
			const of = { purpose: 'pair', challenge: input.publicKey, origin: api.url } as const;
			if (!(await isProof(input.publicKey, input.proof, of))) throw refuse('pairing.proof');
			api.asked = input;
			const verificationUri = `${api.url}/pair`;
			return {
				deviceCode,
				userCode: 'WDJB-MJHT',
				verificationUri,
				expiresInSeconds: 600,
				interval: 5
			};
		}),
		poll: t.procedure
			.input(z.object({ deviceCode: z.literal(deviceCode) }))
			.mutation((): PairingPolled => {
				api.polled += 1;
				const next = api.polls.shift();
				if (next === 'approve') return approved();
				return next ?? { state: 'waiting', reason: 'authorization_pending' };
			})
	});
	const proven = async (purpose: 'ticket' | 'unpair' | 'faults', shown: z.infer<typeof Shown>) => {
		if (api.isUnpaired || shown.credential !== credential) throw refuse('runner.unknown');
		const of = { purpose, challenge: shown.challenge, origin: api.url } as const;
		const isRight = await isProof(api.asked?.publicKey ?? '', shown.proof, of);
		if (!challenges.delete(shown.challenge) || !isRight) throw refuse('runner.proof');
	};
	const faultsOf = () =>
		t.procedure
			.input(Shown.extend({ faults: z.array(RunnerFault).min(1) }))
			.mutation(async ({ input }) => {
				api.tellings += 1;
				if (api.refusesFaults) throw new TRPCError({ code: api.refusesFaults });
				await proven('faults', input);
				api.faults.push(...input.faults);
				return { taken: input.faults.length };
			});
	const v1 = t.router({
		pairing,
		...(!isOlder && { faults: faultsOf() }),
		challenge: t.procedure.input(z.object({ runnerId: z.uuid() })).query(() => {
			const challenge = toBase64url(randomBytes(32));
			challenges.add(challenge);
			return { challenge };
		}),
		ticket: t.procedure.input(Shown).mutation(async ({ input }) => {
			await proven('ticket', input);
			const request = ticketsOf({ ...ids, sessionId: randomUUID(), signInId: randomUUID() });
			const ticket = await signTicket(request['runner-control'], relaySecrets.ticket);
			return { ticket, relayUrl: api.relayUrl, nowMs: Date.now(), minimumVersion: '0.0.0' };
		}),
		unpair: t.procedure.input(Shown).mutation(async ({ input }) => {
			await proven('unpair', input);
			api.isUnpaired = true;
			return { id: ids.runnerId };
		})
	});
	const router = t.router({ runner: t.router({ v1 }) });
	const server = createHTTPServer({ router, basePath: '/api/trpc/' });
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const api: AppApi = {
		...browsersGrants(ids, key),
		relayUrl,
		get runnerPublicKey() {
			return api.asked?.publicKey ?? '';
		},
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked: undefined,
		polls: [],
		polled: 0,
		isUnpaired: false,
		faults: [],
		refusesFaults: undefined,
		tellings: 0,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			})
	};
	return api;
}
