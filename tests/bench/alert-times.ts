import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { withConnection } from '../../scripts/local/postgres-connection.ts';
import { startReceiver, type AlertReceiver } from '../support/alert-receiver.ts';
import { startApp, type App } from '../support/app-server.ts';
import { testEnvironment } from '../support/environment.ts';
import { statusOf } from './load.ts';
import type { Row } from './report.ts';
import { timesOf } from './times.ts';

const ROUNDS = Number(process.env.BENCH_ALERT_ROUNDS ?? 4);
/** A rule that waits for its own window takes as long again, so that it is tried less often. */
const SLOW_ROUNDS = Math.min(2, ROUNDS);
/** The clock looks each so often: faults come at any moment between two looks. */
const PERIOD_MS = 30_000;
const MOST_SECONDS = 60;
const PATIENCE_MS = 200_000;

/** Something that goes wrong, and the rule that should say so. */
interface Fault {
	rule: string;
	/** The rule's own window, which no notice can come before. */
	windowSeconds: number;
	/** Makes it go wrong. Where it has to go on, it does until `isTold`. */
	begin: (app: App, isTold: () => boolean) => Promise<unknown>;
}

const sql = (app: App, text: string) =>
	withConnection(app.databaseUrl, (client) => client.query(text));

const failOnce = (app: App) =>
	statusOf(
		app.origin,
		{
			path: '/api/relay/presence',
			method: 'POST',
			headers: () => ({
				authorization: `Bearer ${testEnvironment.RELAY_INTERNAL_SECRET}`,
				'content-type': 'application/json'
			}),
			body: () => JSON.stringify({ relayId: 'bench', sequence: 1, leaving: false, changes: [] })
		},
		new Agent()
	);

const FAULTS: Fault[] = [
	{ rule: 'new-error', windowSeconds: 0, begin: failOnce },
	{
		rule: 'problems',
		windowSeconds: 0,
		begin: (app) =>
			sql(
				app,
				`INSERT INTO problem_reports (id, text, page, release)
				 SELECT gen_random_uuid(), 'It does not open.', '/ideas', 'abc' FROM generate_series(1, 5)`
			)
	},
	{
		rule: 'mail-failed',
		windowSeconds: 0,
		begin: (app) =>
			sql(
				app,
				`INSERT INTO outbox (id, kind, state, attempts, template, recipient)
				 SELECT gen_random_uuid(), 'mail', 'failed', 8, 'signIn', 'ada@b.test' FROM generate_series(1, 3)`
			)
	},
	{
		rule: 'task',
		windowSeconds: 0,
		begin: (app) => sql(app, `UPDATE tasks SET failures = 1 WHERE name = 'purge-logs'`)
	}
];

const SLOW_FAULT: Fault = {
	rule: 'errors',
	windowSeconds: 60,
	async begin(app, isTold) {
		while (!isTold()) {
			await failOnce(app);
			await sleep(500);
		}
	}
};

/** From when something goes wrong until a webhook hears of it, from a process that keeps its own time. */
export async function benchAlertTimes(url: string): Promise<Row[]> {
	const receiver = await startReceiver();
	const app = await startApp({
		databaseUrl: url,
		env: { LOG_LEVEL: 'info', ALERT_WEBHOOK_URL: `${receiver.origin}/hook` }
	});
	try {
		await sql(app, 'ALTER TABLE relay_reports RENAME TO relay_reports_away');
		const seconds = new Map<string, number[]>();
		for (let round = 0; round < ROUNDS; round += 1) {
			const faults = round < SLOW_ROUNDS ? [...FAULTS.slice(1), SLOW_FAULT] : FAULTS;
			const told = await Promise.all(faults.map((fault) => timeOf(fault, app, receiver)));
			faults.forEach(({ rule }, place) =>
				seconds.set(rule, [...(seconds.get(rule) ?? []), told[place] ?? Infinity])
			);
			await forget(app);
			receiver.received.length = 0;
		}
		return rowsOf(seconds);
	} finally {
		await sql(app, 'ALTER TABLE IF EXISTS relay_reports_away RENAME TO relay_reports');
		await app.stop();
		await receiver.stop();
	}
}

/** Seconds until a fault was told, beyond the window of its rule. */
async function timeOf(fault: Fault, app: App, receiver: AlertReceiver): Promise<number> {
	await sleep(Math.random() * PERIOD_MS);
	const begunAt = Date.now();
	const notice = () =>
		receiver.received.find(({ body }) => {
			const { rule, state } = JSON.parse(body) as { rule?: string; state?: string };
			return rule === fault.rule && state === 'firing';
		});
	const isOver = () => notice() !== undefined || Date.now() - begunAt > PATIENCE_MS;
	await fault.begin(app, isOver);
	while (!isOver()) await sleep(20);
	const at = notice()?.at ?? Infinity;
	return Math.max(0, (at - begunAt) / 1_000 - fault.windowSeconds);
}

/** Makes everything well, and as if it had never been otherwise. */
async function forget(app: App): Promise<void> {
	await sql(app, 'DELETE FROM problem_reports');
	await sql(app, 'UPDATE tasks SET failures = 0; DELETE FROM outbox; DELETE FROM error_groups');
	await sql(app, 'DELETE FROM request_totals; DELETE FROM statement_errors; DELETE FROM alerts');
}

function rowsOf(seconds: Map<string, number[]>): Row[] {
	const row = (name: string, of: number[]): Row => {
		const { p50, max } = timesOf(of);
		return {
			...{ name, value: max, unit: 's at most', limit: `≤${MOST_SECONDS} s` },
			peers: { p50, least: Math.min(...of), times: of.length },
			ok: max <= MOST_SECONDS
		};
	};
	return [
		...[...seconds].map(([rule, of]) => row(`from fault to notice: ${rule}`, of)),
		row('from fault to notice: all', [...seconds.values()].flat())
	];
}
