import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'devalue';
import {
	databaseName,
	databaseUrl,
	dropDatabase,
	withConnection
} from '../../scripts/local/postgres-connection.ts';
import { startApp, type App } from '../support/app-server.ts';
import { statusOf, type LoadRequest } from './load.ts';
import { seedIdeas, seedPeople, type BenchPerson } from './people.ts';
import type { Row } from './report.ts';
import { timed, timesOf } from './times.ts';
import { beaconsTo } from './visitors.ts';

const PEOPLE = 200;
const IDEAS = 50;
const LANES = 2;
const ROUNDS = 5;
const ROUND_MS = 6_000;
/** As long as what was gathered in a round may take until it is written: no other round pays for it. */
const REST_MS = 3_500;
/** So many that none of them reports more often than a person does. */
const VISITORS = 500;
const MOST = 1.15;

/** What watches in each of the applications that are compared, as its operator sets it. */
const SETTINGS = {
	off: { analytics: false, logStore: false, requestTotals: false, logLevel: 'error' },
	on: { analytics: true },
	/** Each request is a line of the log besides. */
	debug: { analytics: true, logLevel: 'debug' }
} as const satisfies Record<string, Record<string, unknown>>;

type Setting = keyof typeof SETTINGS;
const NAMES = Object.keys(SETTINGS) as Setting[];

/** A request that is measured; a page has a route, which its browser reports. */
interface Kind extends LoadRequest {
	name: string;
	route?: string;
}

const kindsFor = (people: BenchPerson[]): Kind[] => {
	let turn = 0;
	const headers = () => ({
		cookie: `coda-session=${people[(turn += 1) % people.length]?.cookie ?? ''}`,
		'accept-encoding': 'gzip'
	});
	const input = encodeURIComponent(JSON.stringify(stringify({})));
	return [
		{ name: 'a board of 50 ideas', path: '/ideas', route: '/(app)/ideas', headers },
		{ name: 'the page to sign in', path: '/sign-in', route: '/(auth)/sign-in' },
		{ name: 'ideas.list', path: `/api/trpc/ideas.list?input=${input}`, headers }
	];
};

/**
 * What analytics, logs, errors and totals of requests add to a request, through the whole server: the same build,
 * three times, in turns.
 */
export async function benchWatching(url: string): Promise<Row[]> {
	const people = await withConnection(url, async (client) => {
		const made = await seedPeople(client, PEOPLE);
		await seedIdeas(
			client,
			made.map(({ userId }) => userId),
			IDEAS
		);
		await client.query('VACUUM ANALYZE');
		return made;
	});
	const apps = new Map<Setting, App>();
	const urls = new Map<Setting, string>();
	try {
		for (const name of NAMES) urls.set(name, await copyOf(url, name));
		for (const name of NAMES) {
			const databaseUrl = urls.get(name) ?? url;
			apps.set(name, await startApp({ databaseUrl, env: { LOG_LEVEL: 'info' } }));
		}
		return rowsOf(await measureInTurns(apps, kindsFor(people)));
	} finally {
		for (const app of apps.values()) await app.stop();
		for (const copy of urls.values()) await dropDatabase(copy, databaseName(copy));
	}
}

/** The same database once more, with its switches set. */
async function copyOf(url: string, setting: Setting): Promise<string> {
	const name = `${databaseName(url)}_${setting}`;
	const copy = databaseUrl(url, name);
	await dropDatabase(url, name);
	await withConnection(databaseUrl(url, 'postgres'), (client) =>
		client.query(`CREATE DATABASE ${name} TEMPLATE ${databaseName(url)}`)
	);
	await withConnection(copy, async (client) => {
		for (const [key, value] of Object.entries(SETTINGS[setting])) {
			await client.query('INSERT INTO switches (name, value) VALUES ($1, $2)', [
				key,
				JSON.stringify(value)
			]);
		}
	});
	return copy;
}

/** Milliseconds of each kind, of each setting, of each round. */
type Measured = Map<string, Record<Setting, number[][]>>;

async function measureInTurns(apps: Map<Setting, App>, kinds: Kind[]): Promise<Measured> {
	const measured: Measured = new Map(
		kinds.map(({ name }) => [name, { off: [], on: [], debug: [] }])
	);
	const agent = new Agent({ keepAlive: true, maxSockets: LANES });
	const beacons = new Map(
		[...apps].map(([name, { origin }]) => [
			name,
			beaconsTo(origin.replace('localhost', '127.0.0.1'), VISITORS)
		])
	);
	for (let round = -1; round < ROUNDS; round += 1) {
		for (let turn = 0; turn < NAMES.length; turn += 1) {
			const name = NAMES[(turn + round + 1) % NAMES.length] ?? 'off';
			const { origin = '' } = apps.get(name) ?? {};
			const times = new Map<string, number[]>(kinds.map((kind) => [kind.name, []]));
			const until = performance.now() + ROUND_MS;
			const lane = async (_: unknown, place: number) => {
				for (let n = place; performance.now() < until; n += 1) {
					const kind = kinds[n % kinds.length];
					if (!kind) continue;
					const [ms, status] = await timed(() => statusOf(origin, kind, agent));
					if (status !== 200) throw new Error(`${kind.name} was answered with ${status}.`);
					times.get(kind.name)?.push(ms);
					// Where nothing counts views, the page says so, and its browser reports none.
					if (kind.route && name !== 'off') await beacons.get(name)?.(kind.route);
				}
			};
			await Promise.all(Array.from({ length: LANES }, lane));
			// The first round warms up.
			if (round >= 0) {
				for (const [kind, ms] of times) measured.get(kind)?.[name].push(ms);
			}
			await sleep(REST_MS);
		}
	}
	return measured;
}

function rowsOf(measured: Measured): Row[] {
	return [...measured].flatMap(([kind, times]): Row[] => {
		const all = (name: Setting) => timesOf(times[name].flat());
		const ratio = (name: Setting) => all(name).p95 / all('off').p95;
		const ofRounds = times.on.map(
			(ms, round) => timesOf(ms).p95 / timesOf(times.off[round] ?? []).p95
		);
		return [
			{
				name: `${kind}: p95 while everything watches`,
				value: ratio('on'),
				unit: '× nothing does',
				limit: `≤${MOST} ×`,
				peers: {
					'off p50 ms': all('off').p50,
					'off p95 ms': all('off').p95,
					'on p50 ms': all('on').p50,
					'on p95 ms': all('on').p95,
					requests: times.on.flat().length,
					'least of a round': Math.min(...ofRounds),
					'half of the rounds': timesOf(ofRounds).p50,
					'most of a round': Math.max(...ofRounds)
				},
				ok: ratio('on') <= MOST
			},
			{
				name: `${kind}: p95 with a line of the log for each`,
				value: ratio('debug'),
				unit: '× nothing does',
				peers: { 'p50 ms': all('debug').p50, 'p95 ms': all('debug').p95 },
				ok: true
			}
		];
	});
}
