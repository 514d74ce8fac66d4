import { beforeEach, describe, expect, test } from 'vitest';
import { createAdmin, createPerson } from '#tests/support/factories';
import { acknowledgeBy } from '$lib/incident-clocks';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { checkAlerts } from './alert-check';
import { RULES } from './alert-rules';
import { addIncidentAction, addIncidentNote, publishIncident } from './incident-notes';
import { incidentTimeline } from './incident-timeline';
import {
	acknowledgeIncident,
	getIncident,
	listIncidents,
	openIncident,
	setIncidentStatus,
	updateIncident
} from './incidents';
import { writePostmortem } from './postmortem';
import { reportProblem } from './problems';
import { getStatus } from './status';
import { setSwitch } from './switches';

beforeEach(async () => {
	await db.alert.deleteMany();
	await db.incident.deleteMany();
	await db.statusDay.deleteMany();
});

const ruleOf = (severity: 1 | 2 | 3, subject: string) => ({
	...RULES.task,
	severity,
	read: async () => [{ subject, isBad: true, says: 'down' }]
});

describe('an incident', () => {
	test('is opened by a grave alert, and further ones join it and make it graver', async () => {
		await checkAlerts({ rules: { task: ruleOf(3, 'purge-logs') } });
		expect(await db.incident.count()).toBe(0);

		await checkAlerts({ rules: { task: ruleOf(2, 'send-outbox') } });
		await checkAlerts({
			rules: { task: ruleOf(2, 'send-outbox'), dependency: ruleOf(1, 'database') }
		});

		const admin = await createAdmin();
		const { incidents } = await listIncidents(admin, {});
		expect(incidents).toMatchObject([
			{ title: 'A task failed or was missed: send-outbox', severity: 1, status: 'investigating' }
		]);
		const { alerts } = await getIncident(admin, { id: incidents[0]?.id ?? '' });
		expect(alerts.map(({ subject }) => subject)).toEqual(['send-outbox', 'database']);
		await drainDeferred();
	});

	test('that a graver alert joins has to be begun anew, which its timeline tells', async () => {
		const admin = await createAdmin();
		const { id } = await openIncident(admin, { title: 'Mails', severity: 2 });
		await db.incident.update({
			where: { id },
			data: { openedAt: new Date(Date.now() - 86_400_000) }
		});
		await acknowledgeIncident(admin, { id });

		await checkAlerts({ rules: { task: ruleOf(2, 'send-outbox') } });
		expect((await getIncident(admin, { id })).acknowledgedAt).not.toBeNull();
		await checkAlerts({ rules: { dependency: ruleOf(1, 'database') } });

		const incident = await getIncident(admin, { id });
		expect(incident).toMatchObject({ severity: 1, acknowledgedAt: null });
		expect(acknowledgeBy(incident).valueOf()).toBeGreaterThan(Date.now());
		expect((await incidentTimeline(admin, { id })).map(({ text }) => text)).toContain(
			'A graver alert began the clock of an incident anew'
		);
		await drainDeferred();
	});

	test('that is mended and watched is joined by nothing new', async () => {
		const admin = await createAdmin();
		const { id } = await openIncident(admin, { title: 'Mails', severity: 1 });
		await setIncidentStatus(admin, { id, status: 'monitoring' });

		await checkAlerts({ rules: { task: ruleOf(1, 'send-outbox') } });

		expect((await getIncident(admin, { id })).alerts).toEqual([]);
		expect(await db.incident.count()).toBe(2);
		await drainDeferred();
	});

	test('opens anew when the last one is over', async () => {
		const admin = await createAdmin();
		const { id } = await openIncident(admin, { title: 'Mails', severity: 1 });
		await setIncidentStatus(admin, { id, status: 'resolved' });

		await checkAlerts({ rules: { task: ruleOf(1, 'send-outbox') } });

		expect(await db.incident.count()).toBe(2);
		await drainDeferred();
	});

	test('comes from what somebody reported, with where it was', async () => {
		const admin = await createAdmin();
		const ada = await createPerson();
		const text = 'The board stays empty.\nSince this morning.';
		const requestId = '0d9f3a52-7c1e';
		const { id: problemId } = await reportProblem(ada, { text, page: '/ideas', requestId });

		const { id } = await openIncident(admin, { title: '', problemId });

		expect(await getIncident(admin, { id })).toMatchObject({
			title: 'The board stays empty.',
			severity: 3,
			problems: [{ page: '/ideas', requestId, release: 'development' }]
		});
	});

	test('is acknowledged once, by whoever comes first', async () => {
		const [ada, bob] = [await createAdmin(), await createAdmin()];
		const { id } = await openIncident(ada, { title: 'Mails' });

		await Promise.all([acknowledgeIncident(ada, { id }), acknowledgeIncident(bob, { id })]);

		const acts = await db.auditEntry.count({
			where: { targetId: id, action: 'incident.acknowledge' }
		});
		expect(acts).toBe(1);
		const { acknowledgedAt, owner } = await getIncident(ada, { id });
		expect(acknowledgedAt).not.toBeNull();
		expect([ada.userId, bob.userId]).toContain(owner?.id);
	});

	test('is looked after by admins only', async () => {
		const admin = await createAdmin();
		const { userId: ownerId } = await createPerson();
		const { id } = await openIncident(admin, { title: 'Mails' });

		const handing = updateIncident(admin, { id, title: 'Mails', severity: 2, ownerId });

		await expect(handing).rejects.toMatchObject({ cause: { reason: 'incident.notAdmin' } });
	});

	test('has a timeline of releases, alerts, switches, acts and notes, in their order', async () => {
		const admin = await createAdmin();
		await db.release.create({
			data: { commit: 'c'.repeat(40), version: '9.9.9', builtAt: new Date(), deployedBy: 'ada' }
		});
		await setSwitch(admin, { ...MULTIPLIER, reason: 'a spike' });
		await checkAlerts({ rules: { task: ruleOf(1, 'send-outbox') } });
		await drainDeferred();
		const [{ id } = { id: '' }] = (await listIncidents(admin, {})).incidents;
		await acknowledgeIncident(admin, { id });
		await addIncidentNote(admin, { id, text: 'It is the key.', kind: 'note' });
		await setIncidentStatus(admin, { id, status: 'resolved' });

		const timeline = await incidentTimeline(admin, { id });

		const kinds = timeline.map(({ kind, text }) => `${kind}: ${text}`);
		expect(kinds).toEqual([
			'release: Release 9.9.9 (cccccccccccc) began to serve',
			'switch: Set a switch (rateMultiplier, 0.5, a spike)',
			'alert: A task failed or was missed: send-outbox (down)',
			'act: An alert opened an incident',
			'act: Acknowledged an incident',
			'note: It is the key.',
			'act: Said how far an incident is (resolved)'
		]);
	});
});

const MULTIPLIER = {
	name: 'rateMultiplier',
	value: 0.5,
	forSeconds: 60,
	confirmed: false
} as const;

describe('a postmortem', () => {
	test('has what is known, and asks for the rest', async () => {
		const admin = await createAdmin();
		const { id } = await openIncident(admin, { title: 'Mails | <b>fail</b>', severity: 2 });
		await addIncidentNote(admin, { id, text: '| a | row |\n# no heading', kind: 'note' });
		const action = { text: 'Renew the key', ownerId: admin.userId, dueOn: '2026-12-01' };
		await addIncidentAction(admin, { id, ...action });

		const { markdown, filename } = await writePostmortem(admin, { id });

		expect(filename).toMatch(/^incident-\d+\.md$/);
		expect(markdown).toMatch(/^# Incident \d+: Mails \\\| \\<b\\>fail\\<\/b\\>$/m);
		for (const heading of ['What happened', 'Effect', 'Timeline', 'Causes', 'What went well']) {
			expect(markdown).toContain(`\n## ${heading}\n`);
		}
		expect(markdown).toContain(`- [ ] Renew the key (${admin.email}, by 2026-12-01)`);
		expect(markdown).toContain('- [ ] runbooks updated');
		expect(markdown).not.toMatch(/^# no heading/m);
	});
});

describe('the status page', () => {
	test('says of an incident only what was published', async () => {
		const admin = await createAdmin();
		const { id } = await openIncident(admin, { title: 'The key of Resend ran out', severity: 2 });
		await addIncidentNote(admin, { id, text: 'An inner note', kind: 'note' });
		expect((await getStatus()).incidents).toEqual([]);

		await publishIncident(admin, { id, publicTitle: 'Mails are late' });
		await addIncidentNote(admin, { id, text: 'We know the cause.', kind: 'update' });

		const { state, incidents } = await getStatus();
		expect(state).toBe('degraded');
		expect(incidents).toMatchObject([
			{ title: 'Mails are late', updates: [{ text: 'We know the cause.' }] }
		]);
		expect(JSON.stringify(incidents)).not.toMatch(/Resend|inner|example\.com/);
	});

	test('counts seconds by state from one check to the next, and none while nobody looked', async () => {
		const day = '2026-11-26T12:00:';
		const check = (seconds: number, isBad: boolean) =>
			checkAlerts({
				at: new Date(new Date(`${day}00Z`).valueOf() + seconds * 1_000),
				rules: {
					relay: { ...RULES.relay, clearSeconds: 0, read: async () => [{ isBad, says: 'silent' }] }
				}
			});

		await check(0, false);
		await check(30, false);
		await check(60, true);
		await check(90, false);
		await check(3_600, false);
		await Promise.all([check(3_630, false), check(3_630, false)]);

		const rows = await db.statusDay.findMany({ orderBy: { component: 'asc' } });
		expect(rows.map(({ component }) => component)).toEqual([
			...['app', 'ideas', 'mail', 'signIn', 'terminals']
		]);
		expect(rows.at(-1)).toMatchObject({ state: 'up', upSeconds: 90, downSeconds: 30 });
		expect(rows.at(0)).toMatchObject({ upSeconds: 120, downSeconds: 0 });
		await drainDeferred();
	});

	test('shows a day that hardly anybody watched as not watched, and gaps of the others', async () => {
		const day = (ago: number) => {
			const at = new Date(Date.now() - ago * 86_400_000);
			return new Date(at.toISOString().slice(0, 10));
		};
		const facts = { component: 'app', state: 'up', checkedAt: new Date() };
		await db.statusDay.createMany({
			data: [
				{ ...facts, day: day(4), upSeconds: 86_400 },
				{ ...facts, day: day(3), upSeconds: 7_200 },
				// Nobody looked the day before yesterday.
				{ ...facts, day: day(1), upSeconds: 82_800 }
			]
		});

		const [app] = (await getStatus()).components;

		const past = app?.days.slice(-6, -1);
		expect(past?.map(({ state }) => state)).toEqual(['unknown', 'up', 'unknown', 'unknown', 'up']);
		expect(past?.map(({ unwatchedSeconds }) => unwatchedSeconds)).toEqual([
			...[0, 0, 79_200, 86_400, 3_600]
		]);
		expect(app?.upShare).toBe(1);
		expect(app?.watchedShare).toBeLessThan(0.6);
	});

	test('counts what a monitor outside says as Coda itself: down when nobody can use it', async () => {
		const stateAt = async (severity: number) => {
			await db.statusDay.deleteMany();
			await db.alert.deleteMany();
			await db.alert.create({
				data: { rule: 'outside', subject: 'probe', severity, state: 'firing', says: 'timeout' }
			});
			await checkAlerts({ rules: {} });
			return (await getStatus()).components[0]?.state;
		};

		expect([await stateAt(1), await stateAt(2)]).toEqual(['down', 'degraded']);
		await drainDeferred();
	});

	test.each(['is off', 'cannot be read'])('knows nothing of a part whose rule %s', async (why) => {
		const read = () => Promise.reject(new Error('broken'));
		const rules = {
			relay: { ...RULES.relay, ...(why === 'is off' ? {} : { read }) },
			slow: { ...RULES.slow, read: async () => [] }
		};
		await db.alertRule.deleteMany();
		if (why === 'is off') await db.alertRule.create({ data: { key: 'relay', isOn: false } });
		const begin = new Date('2026-11-26T12:00:00Z').valueOf();

		for (const seconds of [0, 30]) {
			await checkAlerts({ rules, at: new Date(begin + seconds * 1_000) });
		}

		const rows = await db.statusDay.findMany({
			where: { component: { in: ['app', 'terminals'] } }
		});
		expect(rows.toSorted((a, b) => a.component.localeCompare(b.component))).toMatchObject([
			{ component: 'app', state: 'up', upSeconds: 30 },
			{ component: 'terminals', state: 'unknown', upSeconds: 0 }
		]);
		await db.alertRule.deleteMany();
		await drainDeferred();
	});

	test('does not know what nobody has looked at', async () => {
		const { state, components } = await getStatus();

		expect(state).toBe('unknown');
		expect(components[0]?.days).toHaveLength(90);
	});
});
