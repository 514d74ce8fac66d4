import type { Actor } from '../services/actor';
import type { Work } from '../services/batches';

/** Tries what people do, where that is worth waking the database for. What fails is no failure of the task. */
export async function probeTask({ requestId }: Actor, work: Work) {
	// Loaded when it runs: whatever people do is behind it.
	const { probesAreDue, runProbes } = await import('../services/probe-runs');
	const outcomes = (await probesAreDue()) ? await runProbes({ requestId }, work) : [];
	const tried = outcomes.filter(({ wasTried }) => wasTried);
	const failed = tried.filter(({ isOk }) => !isOk).length;
	return { deleted: 0, counts: { tried: tried.length, failed } };
}
