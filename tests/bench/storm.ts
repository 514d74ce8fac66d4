import { once } from 'node:events';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { withConnection } from '../../scripts/local/postgres-connection.ts';
import { startApp } from '../support/app-server.ts';
import { testEnvironment } from '../support/environment.ts';
import { startProgram } from '../support/program.ts';
import { inspect, INSPECTED, residentBytes } from './inspected.ts';
import { statusOf } from './load.ts';
import { seedIdeas, seedPeople, type BenchPerson } from './people.ts';
import type { Row } from './report.ts';
import type { Sent, Storm } from './storm-sender.ts';
import { timed, timesOf, type Times } from './times.ts';

const PER_SECOND = Number(process.env.BENCH_STORM_PER_SECOND ?? 1_000);
const SECONDS = Number(process.env.BENCH_STORM_SECONDS ?? 40);
const WARM_UP_SECONDS = 10;
const SETTLE_MS = 8_000;
const ORDINARY_PER_SECOND = 5;
const PEOPLE = 100;
const MB = 1_048_576;

/** A storm of errors, and beside it somebody who looks at their ideas. */
/** How many reports of pages the application says that it refused. */
async function shedBy(origin: string): Promise<number> {
	const headers = { authorization: `Bearer ${testEnvironment.CRON_SECRET}` };
	const response = await fetch(`${origin}/readyz?verbose`, { headers });
	const { counters } = (await response.json()) as { counters: Record<string, number> };
	return counters['reports.shed'] ?? 0;
}

export async function benchStorm(url: string): Promise<Row[]> {
	const people = await withConnection(url, async (client) => {
		const made = await seedPeople(client, PEOPLE);
		const ids = made.map(({ userId }) => userId);
		await seedIdeas(client, ids, 50);
		await client.query(`INSERT INTO switches (name, value) VALUES ('analytics', 'true')`);
		await client.query('VACUUM ANALYZE');
		return made;
	});
	const app = await startApp({ databaseUrl: url, env: { LOG_LEVEL: 'info', ...INSPECTED } });
	const origin = app.origin.replace('localhost', '127.0.0.1');
	const inspected = await inspect(app);
	try {
		const look = (seconds: number) => ordinary({ origin, people, seconds });
		await look(WARM_UP_SECONDS);
		const quiet = await look(SECONDS);
		const control = await beside(look, { origin, browsers: 'views' });
		await sleep(SETTLE_MS);
		const heapBefore = await inspected.heapBytes();
		const shedBefore = await shedBy(origin);

		await rename(url, 'relay_reports', 'relay_reports_away');
		const memory = watchMemory(app.pid);
		const storm = await beside(look, { origin, browsers: 'errors' });
		const resident = memory();
		await rename(url, 'relay_reports_away', 'relay_reports');
		await sleep(SETTLE_MS);
		const heapAfter = await inspected.heapBytes();
		return [
			...speedRows(quiet, control, storm),
			...memoryRows(resident, heapBefore, heapAfter),
			...(await groupRows(url, storm.sent)),
			shedRow(storm.sent, (await shedBy(origin)) - shedBefore)
		];
	} finally {
		inspected.close();
		await app.stop();
	}
}

interface Beside {
	times: Times;
	sent: Sent;
}

type Look = (seconds: number) => Promise<Times>;

async function beside(look: Look, of: Pick<Storm, 'origin' | 'browsers'>): Promise<Beside> {
	const storm: Storm = { ...of, perSecond: PER_SECOND, seconds: SECONDS };
	const sender = startProgram('tests/bench/storm-sender.ts', [JSON.stringify(storm)]);
	const failed = sender.ended.then(() => Promise.reject(new Error(sender.output())));
	const heard = () => Promise.race([once(sender.child, 'message'), failed]);
	await heard();
	const done = heard() as Promise<[Sent]>;
	sender.child.send('begin');
	const times = await look(SECONDS);
	const [sent] = await done;
	return { times, sent };
}

/** Asks for boards so often in a second, and counts from when each was due: whoever waits longer is not asked less. */
async function ordinary({
	origin,
	people,
	seconds
}: {
	origin: string;
	people: BenchPerson[];
	seconds: number;
}): Promise<Times> {
	const agent = new Agent({ keepAlive: true });
	const times: number[] = [];
	const asked: Promise<void>[] = [];
	const startedAt = performance.now();
	for (let n = 0; n < seconds * ORDINARY_PER_SECOND; n += 1) {
		await sleep(Math.max(0, startedAt + (n * 1_000) / ORDINARY_PER_SECOND - performance.now()));
		const cookie = `coda-session=${people[n % people.length]?.cookie ?? ''}`;
		const headers = () => ({ cookie, 'accept-encoding': 'gzip' });
		const ask = async () => {
			const [ms, status] = await timed(() => statusOf(origin, { path: '/ideas', headers }, agent));
			if (status !== 200) throw new Error(`A board was answered with ${status}.`);
			times.push(ms);
		};
		asked.push(ask());
	}
	await Promise.all(asked);
	agent.destroy();
	return timesOf(times);
}

const rename = (url: string, from: string, to: string) =>
	withConnection(url, (client) => client.query(`ALTER TABLE ${from} RENAME TO ${to}`));

/** Looks each second how much memory a process has, until it is asked for that. */
function watchMemory(pid: number): () => number[] {
	const seen: number[] = [];
	const timer = setInterval(() => seen.push(residentBytes(pid)), 1_000);
	return () => {
		clearInterval(timer);
		return seen;
	};
}

const total = (answers: Record<string, number>) =>
	Object.values(answers).reduce((sum, n) => sum + n, 0);

function speedRows(quiet: Times, control: Beside, storm: Beside): Row[] {
	const beside = { 'quiet p50 ms': quiet.p50, 'quiet p95 ms': quiet.p95 };
	const sent = total(storm.sent.relay) + total(storm.sent.browser);
	return [
		{
			...{ name: 'errors sent in a second', value: sent / SECONDS, unit: '/s' },
			...{ limit: `${PER_SECOND} /s`, ok: sent / SECONDS >= PER_SECOND * 0.95 },
			peers: {
				'left out': storm.sent.leftOut,
				...Object.fromEntries(
					Object.entries(storm.sent.relay).map(([status, n]) => [`server ${status}`, n])
				),
				...Object.fromEntries(
					Object.entries(storm.sent.browser).map(([status, n]) => [`browser ${status}`, n])
				)
			}
		},
		{
			name: `p95 of a board beside ${PER_SECOND} errors/s`,
			value: storm.times.p95 / control.times.p95,
			unit: '× beside as many that succeed',
			limit: '≤1.5 ×',
			peers: {
				'p50 ms': storm.times.p50,
				'p95 ms': storm.times.p95,
				'control p95 ms': control.times.p95
			},
			ok: storm.times.p95 <= 1.5 * control.times.p95
		},
		{
			name: `p95 of a board beside ${PER_SECOND} errors/s`,
			value: storm.times.p95 / quiet.p95,
			unit: '× on a quiet machine',
			peers: beside,
			ok: true
		}
	];
}

function memoryRows(resident: number[], heapBefore: number, heapAfter: number): Row[] {
	const warm = resident.slice(WARM_UP_SECONDS);
	const part = Math.max(1, Math.floor(warm.length / 3));
	const mean = (seen: number[]) => seen.reduce((sum, bytes) => sum + bytes, 0) / seen.length / MB;
	const [first, last] = [mean(warm.slice(0, part)), mean(warm.slice(-part))];
	return [
		{
			name: 'memory of the process, the last third beside the first',
			value: last / first,
			unit: '×',
			limit: '≤1.1 ×',
			peers: { 'first MB': first, 'last MB': last, 'most MB': Math.max(...resident) / MB },
			ok: last <= first * 1.1
		},
		{
			name: 'heap that is held after it, beyond before it',
			value: (heapAfter - heapBefore) / MB,
			unit: 'MB',
			limit: '≤10 MB',
			peers: { 'before MB': heapBefore / MB, 'after MB': heapAfter / MB },
			ok: heapAfter - heapBefore <= 10 * MB
		}
	];
}

/** What was refused is counted, and nothing else is lost. */
function shedRow({ browser }: Sent, counted: number): Row {
	const refused = browser['503'] ?? 0;
	const isAll = refused + (browser['204'] ?? 0) === total(browser);
	return {
		...{
			name: 'reports of browsers that were refused, as the application counted',
			value: counted
		},
		...{ unit: `of ${total(browser)}`, limit: `${refused}`, ok: counted === refused && isAll }
	};
}

/** Each error that was taken is in a group, and each line of the log is there or counted as dropped. */
async function groupRows(url: string, { relay, browser }: Sent): Promise<Row[]> {
	const counted = await withConnection(url, async (client) => {
		const { rows } = await client.query<
			Record<'app' | 'browser' | 'kinds' | 'lines' | 'dropped', number>
		>(`
			SELECT coalesce(sum(count) FILTER (WHERE source = 'app'), 0)::int AS app,
				coalesce(sum(count) FILTER (WHERE source = 'browser'), 0)::int AS browser,
				count(*)::int AS kinds,
				(SELECT count(*)::int FROM log_lines WHERE message = 'Unexpected error') AS lines,
				(SELECT coalesce(sum((fields::json ->> 'lines')::int), 0)::int FROM log_lines
					WHERE message = 'Log lines were dropped') AS dropped
			FROM error_groups`);
		return rows[0] ?? { app: 0, browser: 0, kinds: 0, lines: 0, dropped: 0 };
	});
	const [failed, taken] = [relay['500'] ?? 0, browser['204'] ?? 0];
	const exactly = (name: string, value: number, of: number): Row => ({
		...{ name, value, unit: 'errors', limit: `${of}`, ok: value === of && of > 0 }
	});
	return [
		exactly('errors of the server in groups, of those that it answered with', counted.app, failed),
		exactly('errors of browsers in groups, of those that were taken', counted.browser, taken),
		{
			...{ name: 'kinds that are kept apart', value: counted.kinds, unit: 'groups', limit: '≤121' },
			peers: { 'lines kept': counted.lines, 'lines dropped': counted.dropped },
			ok: counted.kinds <= 121
		}
	];
}
