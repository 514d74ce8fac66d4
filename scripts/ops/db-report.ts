import { parseArgs } from 'node:util';
import {
	listActivity,
	type BusyConnection
} from '../../src/lib/server/services/database-activity.ts';
import {
	countDatabaseConnections,
	type DatabaseConnections
} from '../../src/lib/server/services/database-connections.ts';
import { readGrowth, type Growth } from '../../src/lib/server/services/database-sizes.ts';
import {
	readStorage,
	type DatabaseStorage
} from '../../src/lib/server/services/database-storage.ts';
import {
	readStatementMeans,
	readStatementTimes,
	type MeasuredStatements,
	type StatementMean
} from '../../src/lib/server/services/statement-times.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { asOperator } from './operator.ts';

/** As many lines as each part has. */
const SHOWN = 10;
const MB = 1024 ** 2;

const PERIODS = [1, 24, 168] as const;

/** Columns beside each other, as wide as their longest cell; the last is not filled up. */
function columns(rows: (string | number)[][]): string[] {
	const widths: number[] = [];
	for (const row of rows) {
		row.forEach((cell, place) => {
			widths[place] = Math.max(widths[place] ?? 0, String(cell).length);
		});
	}
	return rows.map((row) =>
		`  ${row.map((cell, place) => String(cell).padEnd(widths[place] ?? 0)).join('  ')}`.trimEnd()
	);
}

const inMb = (bytes: number | null) =>
	bytes === null ? 'locked now' : `${(bytes / MB).toFixed(1)} MB`;
const inMs = (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
const oneLine = (text: string) => text.replace(/\s+/g, ' ').slice(0, 100);

/** What connections do, as lines for the terminal. */
export function activityLines(connections: DatabaseConnections, busy: BusyConnection[]): string[] {
	const { taken, available, reserved, ownLimit, seesOthers } = connections;
	const limit = ownLimit === null ? '' : `, of which this account may have ${ownLimit}`;
	return [
		`Connections: ${taken} of ${available} (${reserved} kept back${limit}).`,
		...(seesOthers ? [] : ['  What other accounts do is not visible to this one.']),
		...columns(
			connections.groups.map(({ application, state, connections }) => [
				...[application || '(does not say)', state, connections]
			])
		),
		'',
		busy.length === 0
			? 'Nothing runs for long and nothing waits.'
			: 'Runs for long, waits, or was forgotten:',
		...columns(
			busy.map(({ pid, state, statementSeconds, waitsFor, blockedBy, query }) => [
				...[pid, state, `${Math.round(statementSeconds ?? 0)} s`],
				blockedBy.length > 0 ? `for ${blockedBy.join(', ')}` : waitsFor,
				query === null ? '(not visible to this account)' : oneLine(query)
			])
		)
	];
}

/** What takes room, as lines for the terminal. */
export function storageLines(
	{ figures, tables, indexes }: DatabaseStorage,
	{ days: [first] }: Growth
): string[] {
	const { name, version, bytes, hitShare, statsSince } = figures;
	const doubtful = indexes.filter(
		({ isInvalid, coveredBy, scans, isUnique }) =>
			isInvalid || coveredBy || (scans === 0 && !isUnique)
	);
	return [
		`${name}, Postgres ${version}: ${inMb(bytes)}${first ? `, ${inMb(first.bytes)} on ${first.day}` : ''}.`,
		`Found in memory: ${hitShare === null ? 'nothing was read yet' : `${(hitShare * 100).toFixed(1)} %`}; counted since ${statsSince?.toISOString() ?? 'the beginning'}.`,
		'',
		'Tables, the largest first:',
		...columns(
			tables
				.slice(0, SHOWN)
				.map((one) => [
					`${one.schema}.${one.name}`,
					inMb(one.totalBytes),
					`${Math.round(one.rows)} rows`,
					`${one.deadRows} dead`
				])
		),
		'',
		doubtful.length === 0 ? 'No index is in doubt.' : 'Indexes in doubt:',
		...columns(
			doubtful
				.slice(0, SHOWN)
				.map((one) => [
					`${one.schema}.${one.name}`,
					inMb(one.bytes),
					`${one.scans} reads`,
					one.isInvalid
						? 'could not be built'
						: one.coveredBy
							? `as good: ${one.coveredBy}`
							: 'never read'
				])
		)
	];
}

/** How long statements take, as lines for the terminal. */
export function statementLines(
	{ all, statements, failures }: MeasuredStatements,
	means: StatementMean[] | null
): string[] {
	if (!all) return ['No statement was measured in this time.'];
	const row = (one: typeof all, name: string) => [
		...[inMs(one.p50Ms), inMs(one.p95Ms), inMs(one.p99Ms), inMs(one.slowestMs), one.calls, name]
	];
	return [
		'Statements of Coda, by the time that they take in all:',
		...columns([
			['p50', 'p95', 'p99', 'slowest', 'calls', ''],
			row(all, '(all)'),
			...statements.slice(0, SHOWN).map((one) => row(one, oneLine(one.statement)))
		]),
		...failures.map(({ kind, count }) => `  failed, ${kind}: ${count}`),
		...(means?.length
			? [
					'',
					'Means of pg_stat_statements:',
					...columns(
						means.map((one) => [
							inMs(one.meanMs),
							inMs(one.slowestMs),
							one.calls,
							oneLine(one.query)
						])
					)
				]
			: [])
	];
}

export const dbReport: Command = {
	usage: 'db:report',
	summary:
		'who is connected, what is stuck, what takes room, which statements are slow; --hours 1, 24 or 168',
	async run(args) {
		const { values } = parseArgs({ args, options: { hours: { type: 'string', default: '24' } } });
		const hours = PERIODS.find((one) => String(one) === values.hours);
		if (!hours) throw new ScriptError('--hours is 1, 24 or 168.', 2);
		const lines = await asOperator(async (tx, { actor }) => [
			...activityLines(await countDatabaseConnections(tx), await listActivity(actor, tx)),
			'',
			...storageLines(await readStorage(actor, tx), await readGrowth(actor, tx)),
			'',
			...statementLines(
				await readStatementTimes(actor, { hours }, tx),
				await readStatementMeans(actor, tx)
			)
		]);
		for (const line of lines) console.log(line);
	}
};
