import { importRunnerKey, signProof, type ProofPurpose } from '#protocol/identity';
import type { Proof, RunnerApi } from './api.ts';
import type { Paired } from './paired.ts';

/**
 * What a paired computer shows to the app, for one purpose: its credential, and the answer to a challenge.
 *
 * @throws ApiProblem
 */
export async function prove(api: RunnerApi, paired: Paired, purpose: ProofPurpose): Promise<Proof> {
	const { runnerId, credential, privateKey, server } = paired;
	const { challenge } = await api.challenge({ runnerId });
	const of = { purpose, challenge, origin: new URL(server).origin };
	const proof = await signProof(await importRunnerKey(privateKey), of);
	return { runnerId, credential, challenge, proof };
}
