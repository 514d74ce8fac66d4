import { pingOutside } from '../alert-ping';
import type { Actor } from '../services/actor';
import type { Work } from '../services/batches';

/** Looks for what is wrong and tells it, and posts what a channel did not take before. */
export async function checkAlertsTask(_actor: Actor, work: Work) {
	const started = pingOutside('start');
	try {
		// Loaded when it runs: among what is read is the table of tasks, which names this one.
		const { checkAlerts } = await import('../services/alert-check');
		const { deliverAlerts } = await import('../services/alert-deliveries');
		const { fired, recovered, unreadable, left } = await checkAlerts();
		const { sent, failed } = await deliverAlerts(work);
		await started;
		await pingOutside('ok');
		return { deleted: 0, counts: { fired, recovered, unreadable, left, sent, failed } };
	} catch (error) {
		await started;
		await pingOutside('fail');
		throw error;
	}
}
