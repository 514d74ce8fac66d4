import { ApiProblem, saysUnpaired, type RunnerApi } from './api.ts';
import type { Paired } from './paired.ts';
import { prove } from './proof.ts';

/**
 * Tells the app that this computer leaves. Whether it knew it no more already makes no difference.
 *
 * @throws ApiProblem where the app cannot be told
 */
export async function unpair(api: RunnerApi, paired: Paired): Promise<void> {
	try {
		await api.unpair(await prove(api, paired, 'unpair'));
	} catch (cause) {
		const isGone =
			cause instanceof ApiProblem && (saysUnpaired(cause) || cause.reason === 'runner.notFound');
		if (!isGone) throw cause;
	}
}
