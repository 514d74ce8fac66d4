/**
 * `pnpm bench:transfer`: 10,000 ideas with 100,000 features out and in again: memory and first byte of the
 * export, the import beside a `COPY` of the same rows, and how often it says how far it is. `--json` for programs,
 * `--ideas 1000` for fewer.
 */
import { parseArgs } from 'node:util';
import { measureTransfer } from '../tests/bench/transfer.ts';
import { runDatabaseBench } from './local/database-bench.ts';

const { values } = parseArgs({
	options: { ideas: { type: 'string', default: '10000' }, json: { type: 'boolean' } }
});

await runDatabaseBench('coda_bench_transfer', (url) => measureTransfer(url, Number(values.ideas)));
