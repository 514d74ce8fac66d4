import type { SessionItem } from '#protocol/terminal';
import type { AskingComputer, Coming, Runner } from '$lib/computers';
import { downloadsOf } from '../../(app)/devices/downloads';

const id = (number: number) => `01a20000-0000-7000-8000-${String(number).padStart(12, '0')}`;

const ABOUT = { hostname: 'engine.local', platform: 'linux-x64', version: '0.1.0' };

const DESK: Runner = {
	...ABOUT,
	id: id(60),
	name: 'Engine room',
	isForAny: false,
	publicKey: 'B'.repeat(87),
	words: ['crisp', 'ostrich', 'vendor', 'spoon', 'cruel', 'sport'],
	createdAt: new Date('2026-10-02T08:00:00Z'),
	lastSeenAt: new Date('2026-11-24T09:00:00Z'),
	isOnline: true
};

/** Computers that are paired: one that is online, and one that is not, with a name that needs its lines. */
export const RUNNERS: Runner[] = [
	DESK,
	{
		...DESK,
		id: id(61),
		name: 'The old laptop on the shelf in the harbour office, which only draws the tide clock',
		hostname: 'tide-clock.harbour-office.example.internal',
		platform: 'darwin-arm64',
		isOnline: false
	}
];

/** One that was let in, and is not there yet. */
export const COMING: Coming[] = [{ ...ABOUT, id: id(62), name: 'Workshop' }];

/** What a computer that asks says of itself. */
export const asking = (createdAt: Date): AskingComputer => ({
	...ABOUT,
	id: id(63),
	name: 'Workshop',
	words: ['beyond', 'orphan', 'option', 'toy', 'unknown', 'squirrel'],
	address: '192.0.2.44',
	place: 'Leipzig, DE',
	differs: null,
	createdAt,
	expiresAt: new Date(createdAt.getTime() + 600_000)
});

/** Packages of the runner, as somebody on Linux sees them. */
export const DOWNLOADS = downloadsOf(
	['linux-arm64', 'linux-x64', 'darwin-arm64', 'win32-x64'].map((platform) => {
		const file = `coda-runner-0.5.0-${platform}.tar.gz`;
		return { platform, file, href: `https://coda.example/downloads/${file}` };
	}),
	{ origin: 'https://coda.example', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' }
);

/** Terminals that run on it: one that is looked at, one with a long name, one that nobody looks at. */
export const SESSIONS = (now: Date): SessionItem[] =>
	(
		[
			['Terminal 1', '/home/ada/projects/tide-clock', 3, 1],
			[
				'Watch the gauge, draw the next twelve hours, and write down what the harbour says',
				'/home/ada/projects/tide-clock/firmware/drivers/serial/gauges/of-the-north-harbour',
				90,
				2
			],
			['Build', '/home/ada', 4_000, 0]
		] as const
	).map(([title, folder, minutesAgo, viewers], at) => ({
		...{ sessionId: id(70 + at), title, folder, viewers, cols: 80, rows: 24, tmux: false },
		startedAt: new Date(now.getTime() - minutesAgo * 60_000).toISOString()
	}));

/** What is listed below them: those that tmux does not answer for, and those that ended by themselves. */
export const BESIDES = (now: Date) => {
	const startedAt = new Date(now.getTime() - 300 * 60_000).toISOString();
	const of = (number: number, title: string) => ({
		...{ sessionId: id(number), title, startedAt, folder: '/home/ada/projects/tide-clock' }
	});
	return {
		silent: [of(80, 'Long build'), { ...of(81, 'Old shell'), isEnding: true }],
		gone: [{ ...of(82, 'Gauge'), endedAt: now.toISOString(), why: 'runner-stopped' }],
		unlisted: { sessions: 4, gone: 12 }
	};
};
