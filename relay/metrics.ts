import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Peers } from './peers.ts';
import type { Rooms } from './rooms.ts';

/** What has been counted since this relay was started. */
export interface Counts {
	/** Sockets that were let in. */
	admitted: number;
	/** Of these, those who had drawn something before. */
	resumed: number;
	bytesToViewers: number;
	bytesToRunners: number;
	/** Events that were posted, here or at another relay. */
	events: number;
	/** Upgrades that were answered with a status, by it. */
	refusals: Map<string, number>;
	/** Closes, by their reason. */
	closes: Map<string, number>;
	/** Lines of the log that the app is to be told of. */
	lines: { readonly waiting: number; readonly dropped: number };
}

export const newCounts = (lines: Counts['lines'] = { waiting: 0, dropped: 0 }): Counts => ({
	...{ admitted: 0, resumed: 0, bytesToViewers: 0, bytesToRunners: 0, events: 0, lines },
	refusals: new Map(),
	closes: new Map()
});

/** Adds one to a count by name. */
export const count = (counts: Map<string, number>, name: string): void => {
	counts.set(name, (counts.get(name) ?? 0) + 1);
};

const NANOSECONDS = 1e9;
const loop = monitorEventLoopDelay({ resolution: 20 });

/** Begins to measure how late the event loop is. */
export const measureLoop = (): boolean => loop.enable();

/** A family in the text format of Prometheus: values by label, or one without. */
const family = (
	name: string,
	[kind, help]: ['counter' | 'gauge', string],
	values: Iterable<readonly [string, number]>
): string[] => [
	`# HELP coda_relay_${name} ${help}`,
	`# TYPE coda_relay_${name} ${kind}`,
	...Array.from(values, ([labels, value]) => `coda_relay_${name}${labels} ${value}`)
];

const labelled = (label: string, values: Map<string, number>) =>
	Array.from(values, ([name, value]) => [`{${label}="${name}"}`, value] as const);

/** What `/metrics` answers (Prometheus text format 0.0.4). */
export function metricsText(counts: Counts, peers: Peers, rooms: Rooms): string {
	const paused = [...peers].filter(({ isPaused }) => isPaused).length;
	const backlog =
		[...peers].reduce((bytes, peer) => bytes + peer.backlogBytes, 0) +
		[...rooms].reduce((bytes, room) => bytes + room.waitingBytes, 0);
	const memory = process.memoryUsage();
	const cpu = process.cpuUsage();
	const late = [0.5, 0.99].map(
		(part) => [`{quantile="${part}"}`, loop.percentile(part * 100) / NANOSECONDS] as const
	);
	loop.reset();
	const lines = [
		family('sockets', ['gauge', 'Open sockets by role.'], labelled('role', peers.countRoles())),
		family('runners', ['gauge', 'Runners that are here.'], [['', rooms.online]]),
		family('backlog_bytes', ['gauge', 'Bytes that wait for slow readers.'], [['', backlog]]),
		family('paused', ['gauge', 'Viewers whose input waits in their browsers.'], [['', paused]]),
		family('admitted_total', ['counter', 'Sockets that were let in.'], [['', counts.admitted]]),
		family('resumed_total', ['counter', 'Viewers that came back.'], [['', counts.resumed]]),
		family('events_total', ['counter', 'Events that were heard.'], [['', counts.events]]),
		family(
			'bytes_total',
			['counter', 'Bytes that were carried.'],
			[
				['{to="viewers"}', counts.bytesToViewers],
				['{to="runners"}', counts.bytesToRunners]
			]
		),
		family('closes_total', ['counter', 'Closes by reason.'], labelled('reason', counts.closes)),
		family(
			'refusals_total',
			['counter', 'Upgrades that were refused, by status.'],
			labelled('status', counts.refusals)
		),
		family(
			'lines_waiting',
			['gauge', 'Lines of the log on their way to the app.'],
			[['', counts.lines.waiting]]
		),
		family(
			'lines_dropped_total',
			['counter', 'Lines that the app did not get.'],
			[['', counts.lines.dropped]]
		),
		family('event_loop_lag_seconds', ['gauge', 'Since the last scrape.'], late),
		family('resident_bytes', ['gauge', 'Resident memory.'], [['', memory.rss]]),
		family('heap_bytes', ['gauge', 'Used heap.'], [['', memory.heapUsed]]),
		family(
			'cpu_seconds_total',
			['counter', 'Processor time.'],
			[['', (cpu.user + cpu.system) / 1e6]]
		)
	];
	return `${lines.flat().join('\n')}\n`;
}
