import { parseArgs } from 'node:util';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { doorOf, knock } from './door.ts';

const USAGE = 'Say where: pnpm ops status --url https://coda.example';
const TIMEOUT_MS = 10_000;
const NAME_CHARS = 16;

/** What `GET /api/status` answers, as far as it is printed. */
interface Glance {
	at: string;
	readiness: {
		status: string;
		checks: { name: string; status: string; latencyMs: number; error: string | null }[];
	};
	traffic: {
		requestsPerSecond: number;
		errorShare: number;
		p50Ms: number | null;
		p95Ms: number | null;
	};
	online: { people: number; runners: number };
	relay: { state: string; sockets?: number; terminals?: number; cause?: string };
	tasks: { all: number; late: string[]; down: string[] };
	mail: { waiting: number; oldestSeconds: number; failedToday: number };
	release: {
		commit: string;
		tier: string;
		current: { firstServedAt: string; deployedBy: string | null } | null;
		previous: { commit: string } | null;
	};
	levels: {
		title: string;
		target: number;
		budgetLeft: number;
		burn: Record<string, number>;
		alarm: string | null;
	}[];
	dropped: number;
	droppedSpans: number;
	shedReports: number;
}

const ms = (value: number | null) => (value === null ? '–' : `${Math.round(value)} ms`);
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

/** The lines of a glance: a name, and what there is to say of it. */
export function linesOf(glance: Glance): string[] {
	const { readiness, traffic, online, relay, tasks, mail, release, levels } = glance;
	const { current, previous, commit, tier } = release;
	const line = (name: string, text: string) => `${name.padEnd(NAME_CHARS)}${text}`;
	const by = current?.deployedBy ? `, by ${current.deployedBy}` : '';
	const since = current ? `, since ${current.firstServedAt.slice(0, 16)}${by}` : '';
	return [
		line('Coda', `${readiness.status}, ${glance.at.slice(0, 19)} UTC`),
		...readiness.checks.map(({ name, status, latencyMs, error }) =>
			line(`  ${name}`, `${status}, ${latencyMs} ms${error ? `, ${error}` : ''}`)
		),
		line(
			'Traffic',
			`${traffic.requestsPerSecond.toFixed(2)} requests/s, ${percent(traffic.errorShare)} errors, half in ${ms(traffic.p50Ms)}, 95 % in ${ms(traffic.p95Ms)}`
		),
		line('Online', `${online.people} people, ${online.runners} computers`),
		line(
			'Relay',
			relay.state === 'up'
				? `up, ${relay.sockets} sockets, ${relay.terminals} terminals`
				: `${relay.state}${relay.cause ? `: ${relay.cause}` : ''}`
		),
		line('Tasks', `${tasks.all}, down: ${listed(tasks.down)}, late: ${listed(tasks.late)}`),
		line(
			'Mail',
			`${mail.waiting} waiting, the first for ${mail.oldestSeconds} s; ${mail.failedToday} given up today`
		),
		line('Release', `${commit.slice(0, 12)} (${tier})${since}`),
		line('  before', previous?.commit.slice(0, 12) ?? '–'),
		...levels.map(({ title, target, budgetLeft, burn, alarm }) =>
			line(
				title,
				`${percent(target)} wanted, ${percent(budgetLeft)} of the month’s budget left, burns ${Object.entries(
					burn
				)
					.map(([window, rate]) => `${rate.toFixed(1)}× in ${window}`)
					.join(', ')}${alarm ? ` – ${alarm}` : ''}`
			)
		),
		...(glance.dropped > 0 ? [line('Not counted', `${glance.dropped} requests`)] : []),
		...(glance.droppedSpans > 0 ? [line('Not traced', `${glance.droppedSpans} spans`)] : []),
		...(glance.shedReports > 0 ? [line('Refused', `${glance.shedReports} reports of pages`)] : [])
	];
}

const listed = (names: string[]) => names.join(', ') || 'none';

export const status: Command = {
	usage: 'status --url <url>',
	summary: 'how a deployment is at this moment: dependencies, traffic, tasks, service levels',
	async run(args) {
		const { values } = parseArgs({ args, options: { url: { type: 'string' } } });
		const door = doorOf(values.url, USAGE);
		const { status, body } = await knock(door, '/api/status', TIMEOUT_MS);
		if (status !== 200 || !body) throw new ScriptError(`${door.url.host} answered ${status}.`);
		const glance = body as Glance;
		for (const text of linesOf(glance)) console.log(text);
		return glance.readiness.status === 'down' || glance.tasks.down.length > 0 ? 1 : 0;
	}
};
