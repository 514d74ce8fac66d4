import { createTRPCClient, httpLink } from '@trpc/client';
import { fingerprintWords } from '#protocol/fingerprint';
import { importRunnerKey, makeRunnerKey, signProof } from '#protocol/identity';
import type { PairingPolled } from '#protocol/pairing';
import type { AppRouter } from '../../src/lib/server/trpc/router.ts';
import { transformer } from '../../src/lib/transformer.ts';

/** A computer that calls an application over HTTP, as a runner does. */
export async function callingComputer(origin: string, name = 'Ada’s desk') {
	const api = createTRPCClient<AppRouter>({
		links: [httpLink({ url: `${origin}/api/trpc`, transformer })]
	}).runner.v1;
	const keys = await makeRunnerKey();
	const key = await importRunnerKey(keys.privateKey);
	const { publicKey } = keys;
	const proof = await signProof(key, { purpose: 'pair', challenge: publicKey, origin });
	const about = { hostname: 'desk.local', platform: 'linux-x64', version: '0.1.0' };
	const { deviceCode, userCode } = await api.pairing.start.mutate({
		...about,
		...{ name, publicKey, proof }
	});
	return {
		userCode,
		words: (await fingerprintWords(publicKey)).join(' '),
		poll: (): Promise<PairingPolled> => api.pairing.poll.mutate({ deviceCode }),
		async ticket({ runnerId, credential }: Extract<PairingPolled, { state: 'paired' }>) {
			const { challenge } = await api.challenge.query({ runnerId });
			const signed = await signProof(key, { purpose: 'ticket', challenge, origin });
			return api.ticket.mutate({ runnerId, credential, challenge, proof: signed });
		}
	};
}
