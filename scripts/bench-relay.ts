/**
 * `pnpm bench:relay`: terminals through relay and runner beside a bare pseudo-terminal, two joined sockets in
 * front of one, the same with messages of WebSockets (`framed`), and OpenSSH where it is to be had: keys, floods, bulk
 * output, slow screens, cuts, idle sockets. Linux only. `--only keys,bulk,slow,cut,restart,idle` for a part, `--json` for programs.
 */
import { parseArgs } from 'node:util';
import type { Way } from '../tests/bench/relay/bench-terminal.ts';
import { measureBulk } from '../tests/bench/relay/bulk.ts';
import { bundlePrograms } from '../tests/bench/relay/bundles.ts';
import { startCodaWay } from '../tests/bench/relay/coda-way.ts';
import { measureCut, measureRestart } from '../tests/bench/relay/cuts.ts';
import { startFramedWay } from '../tests/bench/relay/framed-way.ts';
import { measureIdle } from '../tests/bench/relay/idle.ts';
import { measureKeys } from '../tests/bench/relay/keys.ts';
import { startPipeWay } from '../tests/bench/relay/pipe-way.ts';
import { ptyWay } from '../tests/bench/relay/pty-way.ts';
import { measureSlowScreens } from '../tests/bench/relay/slow-screens.ts';
import { startSshWay } from '../tests/bench/relay/ssh-way.ts';
import { report, type Row } from '../tests/bench/report.ts';
import { runScript, ScriptError } from './local/script.ts';
import { stopSignal } from './local/stop-signal.ts';

const { values } = parseArgs({
	options: {
		only: { type: 'string', default: 'keys,bulk,slow,cut,restart,idle' },
		json: { type: 'boolean' }
	}
});

await runScript(async () => {
	if (process.platform !== 'linux') throw new ScriptError('This bench reads /proc: Linux only.');
	const bundles = await bundlePrograms();
	const [coda, plain, pipe, framed, ssh] = await Promise.all([
		startCodaWay(bundles),
		startCodaWay(bundles, true),
		startPipeWay(),
		startFramedWay(bundles),
		startSshWay()
	]);
	const stopAll = () => Promise.all([coda, plain, pipe, framed, ssh].map((way) => way?.stop()));
	// What floods in a terminal would go on without anybody.
	stopSignal(() => process.exit(1)).addEventListener('abort', () => {
		void stopAll().then(() => process.exit(1));
	});
	const hops: Way[] = [pipe, coda, ...(ssh ? [ssh] : [])];
	const parts: Record<string, () => Promise<Row[]>> = {
		keys: () => measureKeys([ptyWay, plain, framed, ...hops]),
		bulk: () => measureBulk([ptyWay, plain, framed, ...hops]),
		slow: () => measureSlowScreens(hops),
		cut: () => measureCut(coda, pipe),
		restart: () => measureRestart(coda),
		idle: () => measureIdle(bundles)
	};
	try {
		const rows: Row[] = [];
		for (const name of values.only.split(',')) {
			const measure = parts[name];
			if (!measure) throw new ScriptError(`There is no part "${name}".`);
			console.log(`Measuring: ${name}`);
			rows.push(...(await measure()));
		}
		if (!ssh) console.log('Without ssh: openssh-server is not here, and cannot be installed.');
		report(rows, process.argv);
		return rows.every(({ ok }) => ok) ? 0 : 1;
	} finally {
		await stopAll();
	}
});
