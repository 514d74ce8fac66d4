import { PROBE_NAMES, type ProbeName } from '$lib/probes';
import { db } from '../db';
import { env } from '../env';
import { log } from '../log';
import { PROBE_MS, PROBE_WORK, usesAccount } from '../probes/table';
import { tryProbe, type Probe, type Tried } from '../probes/steps';
import { within } from '../within';
import { UNHURRIED, type Work } from './batches';
import { renewProbeAccount } from './probe-account';
import { missingFor } from './probe-needs';
import { isTraffic } from './request-sums';

/** Where nobody comes, it is tried this often: a database that could sleep is woken once an hour. */
export const QUIET_MINUTES = 55;
/** For emptying the account, before and after. */
const RENEW_MS = 4_000;

/** How a probe went, or why it could not be tried. */
export interface ProbeOutcome extends Tried {
	probe: ProbeName;
	/** False where something is missing, and where the run had to end before it. */
	wasTried: boolean;
	/** Why it cannot be tried here, which is no failure. */
	missing: string | null;
}

/** How what was left untried went: not well, since nobody knows. It leaves no row. */
const NO_TIME: Tried = {
	...{ isOk: false, step: 'begin', durationMs: 0 },
	cause: 'the run had to end before it'
};

/** What to try, and how. */
export interface Trying {
	requestId: string;
	names?: readonly ProbeName[];
	/** In a test, others than those of the table. */
	work?: Partial<Record<ProbeName, Probe>>;
}

/**
 * Tries one thing after the other, and writes down how each went. The account is emptied before and after, so that
 * nothing of a run stays, whatever became of it. Two at once would meet in that account: the caller holds the lease.
 * What there is no time for is no success and no failure of the probe: it is told, and not written down.
 *
 * @throws where a result cannot be written
 */
export async function runProbes(
	{ requestId, names = PROBE_NAMES, work = {} }: Trying,
	time: Work = UNHURRIED
): Promise<ProbeOutcome[]> {
	const outcomes: ProbeOutcome[] = [];
	for (const probe of names) {
		const missing = missingFor(probe) ?? null;
		if (missing || !time.hasTime(PROBE_MS[probe] + 2 * RENEW_MS)) {
			const went = missing ? { isOk: true, step: null, cause: null, durationMs: 0 } : NO_TIME;
			outcomes.push({ ...went, probe, missing, wasTried: false });
			continue;
		}
		const doIt = work[probe] ?? PROBE_WORK[probe];
		const tried = await tryProbe(async (attempt, id) => {
			if (usesAccount(probe)) await attempt(['make the account', RENEW_MS], renewProbeAccount);
			await doIt(attempt, id);
		}, requestId);
		await record(probe, tried);
		outcomes.push({ ...tried, probe, missing: null, wasTried: true });
	}
	// What does not go now goes with the next run.
	if (names.some(usesAccount)) await within(RENEW_MS, renewProbeAccount().catch(notRenewed));
	return outcomes;
}

const notRenewed = (error: unknown) => log('warn', 'Probe account could not be emptied', { error });

async function record(probe: ProbeName, tried: Tried): Promise<void> {
	const { isOk, step, cause, durationMs } = tried;
	await db.probeRun.create({
		data: { probe, isOk, step, cause, durationMs, release: env().release },
		select: { id: true }
	});
	if (!isOk) log('error', 'Probe failed', { probe, step, cause, durationMs });
}

/**
 * Whether it is worth trying by the clock: something failed the last time, somebody was here since, or something was
 * not tried for an hour. What relays, schedulers and monitors ask for is nobody.
 */
export async function probesAreDue(): Promise<boolean> {
	const names = PROBE_NAMES.filter((name) => !missingFor(name));
	const [row] = await db.$queryRaw<{ isDue: boolean }[]>`
		WITH latest AS (
			SELECT DISTINCT ON (probe) is_ok, at FROM probe_runs
			WHERE probe = ANY(${names}::text[]) AND at > now() - make_interval(mins => ${QUIET_MINUTES}::int)
			ORDER BY probe, at DESC
		)
		SELECT (SELECT count(*) FROM latest) < ${names.length}::int OR EXISTS (SELECT FROM latest WHERE NOT is_ok) OR EXISTS (
			SELECT FROM request_totals AS t
			WHERE t.step = 'minute' AND t.starts_at >= (SELECT date_trunc('minute', max(at)) FROM latest)
				AND ${isTraffic} AND t.route !~ '^(/api/(cron|relay|status|version|alerts)|\\(no route\\))'
		) AS "isDue"`;
	return row?.isDue ?? true;
}
