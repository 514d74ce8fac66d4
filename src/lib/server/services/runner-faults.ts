import type { TellFaults } from '$lib/schemas/runners';
import { takeReported } from '../capture';
import { enforceLimit } from '../rate-limit';
import { proveRunner, type RunnerDoor } from './runner-proofs';

/**
 * Takes faults that a computer tells of, as errors of its person's: who that is, is all that is kept of whom and where.
 * The same challenge may be shown again for a minute: it brings the same faults, within the limit, and lets nobody in;
 * so that a report never stands in the way of a ticket that is asked for beside it.
 *
 * @throws UNAUTHORIZED for a credential that is none any more, and for a proof that is none
 */
export async function takeRunnerFaults(
	{ faults, ...shown }: TellFaults,
	door: RunnerDoor
): Promise<{ taken: number }> {
	const { userId } = await proveRunner(shown, 'faults', door);
	await enforceLimit('runnerFaults', shown.runnerId);
	for (const { kind, message, stack, version, platform, node, times } of faults) {
		const error = { kind, message, stack, route: '', release: version, breadcrumbs: [] };
		const tags = { system: platform, node, ...(times > 1 && { times: String(times) }) };
		takeReported(error, 'runner', { userId, tags });
	}
	return { taken: faults.length };
}
