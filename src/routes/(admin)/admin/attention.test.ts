import { expect, test } from 'vitest';
import { attentionIn } from './attention';

const NOW = new Date('2026-11-25T12:00:00Z');
const ago = (minutes: number) => new Date(NOW.valueOf() - minutes * 60_000);

const check = { latencyMs: 1, error: null, details: {} };
const glance: Parameters<typeof attentionIn>[0]['glance'] = {
	at: NOW,
	readiness: {
		status: 'up',
		checkedAt: NOW.toISOString(),
		checks: [{ ...check, name: 'database', status: 'up' }],
		features: {},
		counters: {}
	},
	providers: [],
	traffic: { requestsPerSecond: 2, errorShare: 0.001, p50Ms: 12, p95Ms: 80 },
	online: { people: 1, runners: 0 },
	relay: { state: 'absent' },
	tasks: { all: 12, late: [], down: [] },
	mail: { waiting: 0, oldestSeconds: 0, failedToday: 0 },
	release: { current: null, previous: null, commit: 'abc', tier: 'production' },
	levels: [],
	dropped: 0,
	droppedSpans: 0,
	shedReports: 0
};
const calm: Parameters<typeof attentionIn>[0] = {
	glance,
	figures: {
		people: 1,
		joinedThisWeek: 0,
		activeToday: 0,
		admins: 1,
		disabled: 0,
		leaving: 0,
		ideas: 0,
		ideasThisWeek: 0,
		mailsWaiting: 3,
		oldestMailSeconds: 30,
		mailsFailedToday: 0,
		problemsThisWeek: 0
	},
	switched: [],
	connections: {
		groups: [],
		taken: 10,
		available: 100,
		reserved: 3,
		ownLimit: null,
		seesOthers: true
	},
	chain: { sequence: 4, hash: 'aa', sealedAt: ago(1), unsealed: 2, waitingSince: ago(1) }
};

type Firing = Parameters<typeof attentionIn>[2];

const texts = (given: Partial<typeof calm>, firing: Firing = []) =>
	attentionIn({ ...calm, ...given }, NOW, firing).map(({ tone, text }) => `${tone} ${text}`);

test('a calm overview asks for nobody', () => {
	expect(texts({})).toEqual([]);
});

test('a dependency that is not up is named with what is behind it', () => {
	const checks = [
		{ ...check, name: 'tasks', status: 'degraded' as const, details: { down: 'send-outbox' } },
		{ ...check, name: 'database', status: 'down' as const }
	];

	expect(texts({ glance: { ...glance, readiness: { ...glance.readiness, checks } } })).toEqual([
		'danger Database: down.',
		'warning Tasks: degraded: send-outbox.'
	]);
});

test('a late mail is grave, one that was given up is not', () => {
	const figures = { ...calm.figures, oldestMailSeconds: 1_200, mailsFailedToday: 1 };

	expect(texts({ figures })).toEqual([
		'danger A mail has been due for 20 minutes: people may be waiting to sign in.',
		'warning Given up within a day: 1 mail.'
	]);
});

test('connections are counted against what the database takes', () => {
	expect(texts({ connections: { ...calm.connections, taken: 80 } })).toEqual([]);
	expect(texts({ connections: { ...calm.connections, taken: 81 } })).toHaveLength(1);
	const forgotten = {
		application: 'psql',
		state: 'idle in transaction',
		connections: 1,
		oldestTransactionSeconds: 61
	};
	expect(texts({ connections: { ...calm.connections, groups: [forgotten] } })).toEqual([
		'warning psql has a transaction open and does nothing in it.'
	]);
});

test('an audit that is not sealed and a switch that is set are said', () => {
	const chain = { ...calm.chain, waitingSince: ago(11) };
	const switched = [{ name: 'signUps', title: 'Sign-ups', inWords: 'closed', until: null }];

	expect(texts({ chain, switched })).toEqual([
		'warning Entries of the audit have waited for 11 minutes to be sealed.',
		'warning Sign-ups: closed.'
	]);
});

test('errors, slowness, a burning budget and a silent relay ask for somebody', () => {
	const count = { total: 0, bad: 0 };
	const windows = { '5 min': count, '30 min': count, '1 h': count, '6 h': count, '3 d': count };
	const burn = { '5 min': 20, '30 min': 20, '1 h': 20, '6 h': 2, '3 d': 1 };
	const level = { name: 'saves' as const, title: 'Saves', says: '', target: 0.999 };
	const levels = [{ ...level, month: count, budgetLeft: 1, windows, burn, alarm: 'page' as const }];

	expect(
		texts({
			glance: {
				...glance,
				traffic: { requestsPerSecond: 1, errorShare: 0.05, p50Ms: 40, p95Ms: 3_000 },
				relay: { state: 'away', latencyMs: 1_000, cause: 'late' },
				levels
			}
		})
	).toEqual([
		'danger 5 % of the answers are errors.',
		'danger Saves burns its budget of the month within days.',
		'warning Every twentieth answer takes more than 3 s.',
		'warning The relay does not answer: terminals wait.'
	]);
});

test('what a rule says while it fires is not said again', () => {
	const alert = (rule: string, subject = '') => ({ rule, subject });
	const figures = { ...calm.figures, oldestMailSeconds: 1_200, mailsFailedToday: 1 };
	const checks = [
		{
			...check,
			name: 'tasks',
			status: 'degraded' as const,
			details: { down: 'probe, send-outbox' }
		},
		{ ...check, name: 'redis', status: 'degraded' as const }
	];
	const traffic = { ...glance.traffic, errorShare: 0.05 };
	const readiness = { ...glance.readiness, checks };
	const given = { figures, glance: { ...glance, traffic, readiness } };

	expect(
		texts(given, [
			...[alert('mail-late'), alert('errors'), alert('task', 'probe')],
			...[alert('task', 'send-outbox'), alert('dependency', 'redis')]
		])
	).toEqual(['warning Given up within a day: 1 mail.']);
	// One of two tasks, and another dependency, say nothing of the rest.
	expect(texts(given, [alert('task', 'probe'), alert('dependency', 'database')])).toHaveLength(5);
});

test('says that reports of pages were refused', () => {
	expect(texts({ glance: { ...glance, shedReports: 1_200 } })).toEqual([
		'warning 1,200 reports of views, speed or errors had to be refused: pages send more than a process can take.'
	]);
});
