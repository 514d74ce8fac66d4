import type { AppAbsence } from '#protocol/events';
import { Absence } from './absence.ts';
import { problemOf, type Log } from './log.ts';
import { RegistryAway, type Registry } from './registry.ts';

const TICK_MS = 30_000;
/** A little less than a tick, so that the turn is free again when the next one comes. */
const TURN_MS = 25_000;
const ANSWER_MS = 60_000;

/** What drives the app's clock. */
export interface ClockOptions {
	appUrl: string;
	cronSecret: string;
	registry: Registry;
	log: Log;
	/** Told when the app is back after it had not answered for a while. */
	onBack?: (absence: AppAbsence) => void;
}

/** Starts what is due at the app, now and every 30 seconds; of several relays one does. @returns how to stop it */
export function driveClock(options: ClockOptions): () => void {
	const { appUrl, cronSecret, registry, log, onBack } = options;
	const url = new URL('/api/cron/tick', appUrl);
	let isAsking = false;
	let isLost = false;
	const absence = new Absence();

	async function tick(): Promise<void> {
		if (isAsking) return;
		isAsking = true;
		const askedAtMs = Date.now();
		try {
			if (!(await registry.takeTurn('tick', TURN_MS))) return absence.unknown();
			const response = await fetch(url, {
				headers: { authorization: `Bearer ${cronSecret}` },
				redirect: 'error',
				signal: AbortSignal.timeout(ANSWER_MS)
			});
			await response.body?.cancel();
			// The app itself answers in JSON, whatever it says; what stands in front of it does not.
			if (response.headers.get('content-type')?.startsWith('application/json')) {
				const away = absence.answered(Date.now());
				if (away) onBack?.(away);
			} else absence.missed(askedAtMs);
			if (!response.ok && !isLost) log('warn', 'Tick was refused', { status: response.status });
			isLost = !response.ok;
		} catch (cause) {
			// Without the registry another relay may do it, and without the app there is nothing to do.
			if (cause instanceof RegistryAway) absence.unknown();
			else absence.missed(askedAtMs);
			if (!isLost && !(cause instanceof RegistryAway)) {
				log('warn', 'Tick did not arrive', { problem: problemOf(cause) });
			}
			isLost = true;
		} finally {
			isAsking = false;
		}
	}

	void tick();
	const timer = setInterval(() => void tick(), TICK_MS);
	timer.unref();
	return () => clearInterval(timer);
}
