/**
 * `pnpm bench:ground`: what limits, the audit trail and the outbox add to a write, beside the same write
 * without them, in turns and on a Postgres that waits for its disk as a real one does, and how long the audit takes. `--json` for programs.
 */
import { benchAudit } from '../tests/bench/audit.ts';
import { measureLimiter, measureWrites } from '../tests/bench/ground.ts';
import { runDatabaseBench } from './local/database-bench.ts';

const ORIGIN = {
	address: '203.0.113.7',
	userAgent:
		'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0',
	place: null
};

await runDatabaseBench('coda_bench_ground', async (url) => {
	const { withRequestContext } = await import('../src/lib/server/request-context.ts');
	return [
		// As in a request: where it came from is encrypted for the audit.
		...(await withRequestContext({ requestId: 'bench' }, measureWrites, ORIGIN)),
		...(await measureLimiter()),
		...(await benchAudit(url))
	];
});
