import { ApiProblem, type RunnerApi } from './api.ts';
import type { KeptFaults } from './kept-faults.ts';
import { RUNNER_LIMITS } from './limits.ts';
import type { Paired } from './paired.ts';
import { prove } from './proof.ts';
import type { Runner } from './runner.ts';

/** Who tells, and what. */
export interface TellingFaults {
	paired: Paired;
	api: RunnerApi;
	faults: KeptFaults;
	/** How long it waits after the app has not taken them; shorter in tests. */
	retryMs?: number;
}

/** An app that says so will not take these later either. */
const NEVER: ReadonlySet<string> = new Set(['BAD_REQUEST', 'PAYLOAD_TOO_LARGE']);

/**
 * Tells the app of the runner's own faults while it is online, also of those that ended a runner before. An app that
 * knows no such thing is not asked again in this life; one that is away or full, later.
 */
export function tellFaults(
	runner: Runner,
	{ paired, api, faults, retryMs = RUNNER_LIMITS.faultRetryMs }: TellingFaults
): void {
	let isOnline = false;
	let isTelling = false;
	let isMute = false;
	let retry: NodeJS.Timeout | undefined;

	async function tell(): Promise<void> {
		if (isTelling || isMute || !isOnline || retry) return;
		isTelling = true;
		try {
			for (let batch = faults.next(); batch.length > 0; batch = faults.next()) {
				const proof = await prove(api, paired, 'faults');
				await api.faults({ ...proof, faults: batch.map(({ fault }) => fault) }).catch(forget);
				faults.told(batch);
			}
		} catch (cause) {
			isMute = !(cause instanceof ApiProblem) || cause.code === 'NOT_FOUND';
			retry = setTimeout(again, retryMs).unref();
		} finally {
			isTelling = false;
		}
	}

	function again(): void {
		retry = undefined;
		void tell();
	}

	runner.on('event', (event) => {
		if (event.type === 'online') isOnline = true;
		if (event.type === 'waiting' || event.type === 'stopped') isOnline = false;
		if (event.type === 'problem' && event.cause !== undefined) faults.add(event.cause);
		if (event.type === 'online' || event.type === 'problem') void tell();
	});
}

function forget(cause: unknown): void {
	if (!(cause instanceof ApiProblem && NEVER.has(cause.code))) throw cause;
}
