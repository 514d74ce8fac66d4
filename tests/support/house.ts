import { chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import { makeAttachKey } from '#protocol/agreement';
import type { AppRouter } from '../../src/lib/server/trpc/router.ts';
import { transformer } from '../../src/lib/transformer.ts';
import { createPerson, createSession } from './app-people.ts';
import { startApp, type App } from './app-server.ts';
import type { BrowsersApp } from './app-stand-in.ts';
import { startLine, type Line } from './line.ts';
import { startProgram, type Program } from './program.ts';
import { newIds, ticketsOf } from './relay.ts';
import { startRelayProgram, type RelayProgram } from './relay-program.ts';

/** What is otherwise than usual in a house. */
export interface HouseOptions {
	/** Variables of the relay, beside what it needs. */
	relayEnv?: Record<string, string>;
	/** Variables of the computer on which the runner runs. */
	computerEnv?: Record<string, string>;
	/** Who runs the runner; whoever runs the tests unless said otherwise. */
	uid?: number;
}

/** A person, as programs see their browser: the API with their cookie, and what a terminal needs of it. */
export interface PersonsBrowser extends BrowsersApp {
	api: TRPCClient<AppRouter>;
	/** The computer whose terminals it opens. */
	runnerId: string;
}

/** Coda as it is run: the app, the relay and a paired computer's runner, each a program of its own. */
export interface House {
	app: App;
	relay: RelayProgram;
	/** Through which browsers and the runner reach the relay. */
	line: Line;
	runner: Program;
	/** Variables of the computer, for what is started on it from now on. */
	computerEnv: Record<string, string>;
	/** The home folder of the computer's person; terminals begin in `projects` in it. */
	home: string;
	ada: PersonsBrowser;
	/** Somebody else who is signed in at the same app. */
	stranger(): Promise<PersonsBrowser>;
	/** Starts another relay, to which the line leads from now on. */
	startRelay(env?: Record<string, string>): Promise<RelayProgram>;
	/** Starts the runner, and waits until it is online. */
	startRunner(): Promise<Program>;
	/** Starts the app again on the same port and database. */
	startAppAgain(): Promise<void>;
	stop(): Promise<void>;
}

/** A prompt to wait for, without anything around it, and a way to have shells that exit at once. */
const PROFILE = `
[ -e ~/leave-at-once ] && exit 7
PS1='ready> '
bind 'set enable-bracketed-paste off'
`;

/** Starts everything, pairs the computer as a person does, and waits until it is online. */
export async function startHouse(options: HouseOptions = {}): Promise<House> {
	const line = await startLine();
	const appEnv = { PUBLIC_DEVMODE_RELAY_URL: `ws://127.0.0.1:${line.port}`, LOG_LEVEL: 'error' };
	const app = await startApp({ env: appEnv });
	const home = homeFor(options.uid);
	const programs: Program[] = [];
	const started = <Kind extends Program>(program: Kind): Kind => {
		programs.push(program);
		return program;
	};
	const run = (...args: string[]) =>
		started(
			startProgram('runner/cli/main.ts', args, {
				...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
				env: {
					...{ PATH: process.env.PATH, SHELL: '/bin/bash', HOME: home, LESS: '' },
					CODA_RUNNER_DIR: join(home, 'runner'),
					...house.computerEnv
				}
			})
		);
	const startRelay = async (env: Record<string, string> = {}) => {
		const given = { RELAY_APP_URL: app.origin, ...options.relayEnv, ...env };
		house.relay = started(await startRelayProgram(given));
		line.target.port = house.relay.port;
		return house.relay;
	};
	const startRunner = async () => {
		house.runner = run('start');
		await house.runner.says('Online');
		return house.runner;
	};
	const house = {
		...{ app, line, home, startRelay, startRunner },
		computerEnv: { ...options.computerEnv },
		stranger: () => personsBrowser(app, appEnv.PUBLIC_DEVMODE_RELAY_URL),
		async startAppAgain() {
			const { databaseUrl, origin } = app;
			const port = Number(new URL(origin).port);
			const again = await startApp({ env: appEnv, databaseUrl, port });
			// The first one's `stop` removes the database.
			house.app = { ...again, stop: () => again.stop().then(app.stop) };
		},
		async stop() {
			await Promise.all(programs.map((program) => program.end('SIGKILL')));
			await house.app.stop();
			await line.stop();
			rmSync(home, { recursive: true, force: true });
		}
	} as House;
	await startRelay();
	house.ada = await personsBrowser(app, appEnv.PUBLIC_DEVMODE_RELAY_URL);
	await pair(house, run('pair', '--server', app.origin, '--folder', join(home, 'projects')));
	await startRunner();
	return house;
}

function homeFor(uid: number | undefined): string {
	const home = realpathSync(mkdtempSync(join(tmpdir(), 'coda-house-')));
	const projects = join(home, 'projects');
	mkdirSync(projects);
	const profile = join(home, '.bash_profile');
	writeFileSync(profile, PROFILE);
	if (uid !== undefined) for (const path of [home, projects, profile]) chownSync(path, uid, uid);
	return home;
}

/** The person types the code that the computer shows. */
async function pair({ ada }: House, pairing: Program): Promise<void> {
	const shown = await pairing.says(/Code +[A-Z]{4}-[A-Z]{4}/);
	const userCode = shown.slice(-9);
	const { id } = await ada.api.pairings.find.mutate({ userCode });
	await ada.api.pairings.approve.mutate({ id, userCode });
	if ((await pairing.ended) !== 0) throw new Error(pairing.output());
	const [computer] = await ada.api.runners.list.query();
	if (!computer) throw new Error('No computer is paired.');
	ada.runnerId = computer.id;
	ada.runnerPublicKey = computer.publicKey;
}

async function personsBrowser(app: App, relayUrl: string): Promise<PersonsBrowser> {
	const person = await createPerson(app);
	const cookie = `coda-session=${await createSession(app, person)}`;
	const headers = { cookie, origin: app.origin };
	const api = createTRPCClient<AppRouter>({
		links: [httpLink({ url: `${app.origin}/api/trpc`, transformer, headers })]
	});
	const browser: PersonsBrowser = {
		...{ api, relayUrl, runnerId: '', runnerPublicKey: '' },
		async grant({ role, sessionId, browserKey }) {
			const { runnerId } = browser;
			const { grant: token } = await api.terminals.open.mutate({
				...{ runnerId, sessionId, role, browserKey }
			});
			return { token, claims: { runnerId, sessionId, role } };
		},
		async signedTicket(role, sessionId) {
			const { publicKey: browserKey } = await makeAttachKey();
			const { runnerId } = browser;
			const opened = await api.terminals.open.mutate({ runnerId, sessionId, role, browserKey });
			return opened.ticket;
		},
		// Where it leads is all that is taken of it: what is shown is signed by the app.
		ticketFor: (role, sessionId) =>
			ticketsOf({
				...newIds(),
				runnerId: browser.runnerId as ReturnType<typeof newIds>['runnerId'],
				sessionId
			})[role]
	};
	return browser;
}
