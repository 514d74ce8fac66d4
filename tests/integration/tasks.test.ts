import { beforeEach, describe, expect, test } from 'vitest';
import { createIdeaFor, createPerson } from '#tests/support/factories';
import { db } from '$lib/server/db';
import { enqueueMail } from '$lib/server/services/outbox';
import { TASKS, type TaskName } from '$lib/server/tasks';
import type { Task } from '$lib/server/tasks/task';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (ms: number) => new Date(Date.now() - ms);

const run = (name: TaskName, hasTime = () => true) =>
	(TASKS[name] as Task).run({ kind: 'system', task: name, requestId: 'test' }, { hasTime });

let unique = 0;
const hash = () => `hash-${++unique}`;

describe('purge-soft-deletes', () => {
	test('takes what is past its time with its members, and leaves the rest', async () => {
		const ada = await createPerson();
		const trashed = async (undoExpiresAt: Date) => {
			const { id } = await createIdeaFor(ada);
			const deletedAt = ago(7 * DAY);
			await db.idea.update({ where: { id }, data: { deletedAt, undoExpiresAt } });
			return id;
		};
		await trashed(ago(1_000));
		const kept = [await trashed(ago(-HOUR)), (await createIdeaFor(ada)).id];

		expect(await run('purge-soft-deletes')).toMatchObject({ deleted: 1, counts: { ideas: 1 } });

		const left = await db.idea.findMany({ where: { ownerId: ada.userId } });
		expect(left.map(({ id }) => id).toSorted()).toEqual(kept.toSorted());
		expect(await db.ideaMember.count({ where: { userId: ada.userId } })).toBe(2);
	});

	test('stops between batches when its time is up, and says that there is more', async () => {
		const ada = await createPerson();
		await db.idea.createMany({
			data: Array.from({ length: 1_100 }, (_, n) => ({
				ownerId: ada.userId,
				clientKey: crypto.randomUUID(),
				title: `Thrown away ${n}`,
				deletedAt: ago(8 * DAY),
				undoExpiresAt: ago(DAY)
			}))
		});
		let steps = 0;

		// Their features go first, of which there are none.
		const first = await run('purge-soft-deletes', () => ++steps <= 2);
		const second = await run('purge-soft-deletes');

		expect(first).toMatchObject({ deleted: 500, more: true });
		expect(second).toMatchObject({ deleted: 600, more: false });
	});
});

describe('cleanup-pairings', () => {
	const pairing = async (
		state: 'pending' | 'approved' | 'consumed' | 'denied' | 'revoked',
		expiresAt: Date,
		endedAt?: Date
	) => {
		const [deviceCodeHash, userCodeHash] = [hash(), hash()];
		const data = { state, expiresAt, endedAt, deviceCodeHash, userCodeHash, name: 'laptop' };
		return (await db.pairing.create({ data })).id;
	};

	test('removes what came to nothing and what is over, keeps what may still be used', async () => {
		await pairing('pending', ago(1_000));
		await pairing('approved', ago(25 * HOUR));
		await pairing('consumed', ago(30 * HOUR), ago(25 * HOUR));
		await pairing('denied', ago(30 * HOUR), ago(25 * HOUR));
		await pairing('revoked', ago(90 * DAY), ago(25 * HOUR));
		const kept = [
			await pairing('pending', ago(-60_000)),
			await pairing('approved', ago(-60_000)),
			await pairing('approved', ago(HOUR)),
			await pairing('consumed', ago(25 * HOUR), ago(23 * HOUR))
		];

		expect(await run('cleanup-pairings')).toMatchObject({
			deleted: 5,
			counts: { pairings: 5, relays: 0 }
		});

		const left = (await db.pairing.findMany()).map(({ id }) => id);
		expect(left.toSorted()).toEqual(kept.toSorted());
	});
});

describe('purge-sessions', () => {
	test('forgets what ended, was used or was not seen for long, and nothing else', async () => {
		const { userId, email } = await createPerson();
		const session = (expires: Date) =>
			db.session.create({ data: { sessionToken: hash(), userId, expires } });
		const link = (expiresAt: Date, usedAt?: Date) =>
			db.emailLink.create({
				data: { purpose: 'sign_in', tokenHash: hash(), email, expiresAt, usedAt }
			});
		const browser = (lastSeenAt: Date) =>
			db.browser.create({ data: { userId, tokenHash: hash(), lastSeenAt } });
		const token = (expiresAt: Date) =>
			db.signInToken.create({ data: { tokenHash: hash(), email, callbackUrl: '/', expiresAt } });
		await Promise.all([session(ago(1_000)), link(ago(25 * HOUR)), browser(ago(401 * DAY))]);
		await Promise.all([link(ago(-HOUR), ago(25 * HOUR)), token(ago(25 * HOUR))]);
		const kept = await Promise.all([
			session(ago(-1_000 * 60)),
			link(ago(23 * HOUR)),
			link(ago(-HOUR), ago(HOUR)),
			browser(ago(399 * DAY)),
			token(ago(23 * HOUR))
		]);

		expect(await run('purge-sessions')).toMatchObject({
			deleted: 5,
			counts: { sessions: 1, emailLinks: 2, signInTokens: 1, browsers: 1 }
		});

		const left = await Promise.all([
			db.session.findMany({ where: { userId } }),
			db.emailLink.findMany({ where: { email } }),
			db.browser.findMany({ where: { userId } }),
			db.signInToken.findMany({ where: { email } })
		]);
		const ids = left.flat().map(({ id }) => id);
		expect(ids.toSorted()).toEqual(kept.map(({ id }) => id).toSorted());
	});
});

describe('purge-logs', () => {
	test('forgets mails, undo steps, earlier texts, views, measurements, reports and counters past their time', async () => {
		const ada = await createPerson();
		const mail = async (state: 'pending' | 'sent' | 'failed', createdAt: Date) => {
			const id = await enqueueMail(db, {
				...{ to: ada.email, subject: 'Hi', text: 'Hi', html: 'Hi' },
				template: 'signIn'
			});
			await db.outboxMessage.update({ where: { id }, data: { state, createdAt } });
		};
		const undo = (expiresAt: Date) =>
			db.undoAction.create({
				data: {
					...{ userId: ada.userId, tokenHash: hash(), kind: 'idea.delete', inverse: {} },
					...{ ideaId: crypto.randomUUID(), expiresAt }
				}
			});
		const view = (at: Date) =>
			db.pageView.create({ data: { at, route: '/', visitor: 'v', device: 'desktop' } });
		const measured = (at: Date) =>
			db.webVital.create({
				data: { id: crypto.randomUUID(), at, route: '/', device: 'desktop', lcp: 1_000 }
			});
		const window = (expiresAt: Date) =>
			db.rateLimit.create({ data: { key: hash(), window: 1, current: 1, previous: 0, expiresAt } });
		const report = (createdAt: Date) =>
			db.problemReport.create({ data: { createdAt, text: 'Odd', page: '/ideas', release: '1' } });
		const line = (at: Date) => db.logLine.create({ data: { at, level: 'info', message: 'Hi' } });
		const [old, recent] = [ago(31 * DAY), ago(29 * DAY)];
		await Promise.all([mail('sent', old), mail('failed', old), undo(ago(1_000)), view(old)]);
		await Promise.all([mail('sent', recent), mail('pending', old), undo(ago(-HOUR)), view(recent)]);
		await Promise.all([measured(old), measured(recent)]);
		await Promise.all([window(ago(1_000)), window(ago(-HOUR))]);
		await Promise.all([line(ago(15 * DAY)), line(ago(13 * DAY))]);
		await Promise.all([report(ago(91 * DAY)), report(ago(89 * DAY))]);
		const over = { state: 'recovered', rule: 'relay', severity: 3, says: '' } as const;
		const { id: incidentId } = await db.incident.create({ data: { title: 'Dark', severity: 1 } });
		await db.alert.createMany({
			data: [
				{ ...over, recoveredAt: ago(91 * DAY) },
				{ ...over, recoveredAt: ago(91 * DAY), incidentId },
				{ ...over, recoveredAt: ago(89 * DAY) },
				{ ...over, state: 'firing', since: ago(99 * DAY) }
			]
		});
		await db.outsideSignal.createMany({
			data: [
				{ signature: 'old', at: ago(2 * HOUR) },
				{ signature: 'new', at: ago(60_000) }
			]
		});
		await db.statusDay.createMany({
			data: [401, 399].map((days) => ({ component: 'app', state: 'up', day: ago(days * DAY) }))
		});

		const { id: ideaId } = await createIdeaFor(ada);
		const text = (createdAt: Date) =>
			db.revision.create({ data: { ideaId, version: 1, content: {}, createdAt } });
		await Promise.all([text(old), text(recent)]);
		const size = (day: Date) => db.databaseSize.create({ data: { day, relation: '', bytes: 1 } });
		const failed = (minute: Date) =>
			db.statementError.create({ data: { minute, kind: 'full', count: 1 } });
		await Promise.all([size(ago(402 * DAY)), size(old), failed(old), failed(recent)]);
		await db.batchMark.createMany({
			data: [old, new Date()].map((at) => ({ writer: crypto.randomUUID(), sequence: 1, at }))
		});
		const probed = { probe: 'ideas', isOk: true, durationMs: 1, release: '1' };
		await db.probeRun.createMany({
			data: [ago(91 * DAY), ago(89 * DAY)].map((at) => ({ ...probed, at }))
		});

		expect((await run('purge-logs')).counts).toEqual({
			...{ mails: 2, undoActions: 1, revisions: 1, pageViews: 1, problems: 1, rateLimits: 1 },
			...{ alerts: 1, outsideSignals: 1, statusDays: 1 },
			...{ databaseSizes: 1, statementTimes: 1, webVitals: 1, batchMarks: 1 },
			...{ probeRuns: 1, logLines: 1, errors: 0, errorDetails: 0 }
		});

		expect(await db.outboxMessage.count()).toBe(2);
		expect(await db.undoAction.count()).toBe(1);
		expect(await db.revision.count()).toBe(1);
		expect(await db.pageView.count()).toBe(1);
		expect(await db.webVital.count()).toBe(1);
		// What has gone was counted before.
		const day = new Date(old.toISOString().slice(0, 10));
		expect(await db.viewTotal.count({ where: { day, kind: 'route' } })).toBe(1);
		expect(await db.vitalHistogram.count({ where: { day, route: '/', device: 'desktop' } })).toBe(
			1
		);
		expect(await db.problemReport.count()).toBe(1);
		expect(await db.logLine.count()).toBe(1);
		expect(await db.rateLimit.count()).toBe(1);
	});
});

describe('purge-cron-runs', () => {
	test('forgets runs of three months ago, but none that still runs', async () => {
		const runAt = (startedAt: Date, state: 'succeeded' | 'running') =>
			db.taskRun.create({
				data: {
					...{ task: 'purge-logs', trigger: 'clock', state, startedAt },
					finishedAt: state === 'running' ? null : startedAt
				}
			});
		await runAt(ago(91 * DAY), 'succeeded');
		await runAt(ago(89 * DAY), 'succeeded');
		await runAt(ago(91 * DAY), 'running');

		expect(await run('purge-cron-runs')).toMatchObject({ deleted: 1, counts: { runs: 1 } });

		expect(await db.taskRun.count()).toBe(2);
	});
});

describe('rotate-salt', () => {
	beforeEach(() => db.dailySalt.deleteMany());

	const days = async () =>
		db.$queryRaw<{ ahead: number }[]>`
			SELECT day - (now() AT TIME ZONE 'UTC')::date AS ahead FROM daily_salts ORDER BY day`;

	test('has the salts of today and tomorrow, and none of a day before', async () => {
		await db.$executeRaw`
			INSERT INTO daily_salts VALUES ((now() AT TIME ZONE 'UTC')::date - 1, '\\x00'),
				((now() AT TIME ZONE 'UTC')::date - 9, '\\x00')`;

		expect(await run('rotate-salt')).toMatchObject({ counts: { made: 2, destroyed: 2 } });

		expect(await days()).toEqual([{ ahead: 0 }, { ahead: 1 }]);
	});

	test('changes no salt that is there, and twenty at once make one for each day', async () => {
		await Promise.all(Array.from({ length: 20 }, () => run('rotate-salt')));
		const before = await db.dailySalt.findMany({ orderBy: { day: 'asc' } });

		await run('rotate-salt');

		expect(before).toHaveLength(2);
		expect(await db.dailySalt.findMany({ orderBy: { day: 'asc' } })).toEqual(before);
	});
});
