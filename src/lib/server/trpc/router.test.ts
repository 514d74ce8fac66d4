import { v4 as uuid } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { unsubscribeUrl } from '$lib/server/mail/unsubscribe';
import { createEmailLink } from '$lib/server/auth/email-links';
import { LEGAL } from '$lib/server/legal';
import { deleteFeature } from '$lib/server/services/feature-trash';
import { updateIdea } from '$lib/server/services/ideas';
import { setTags } from '$lib/server/services/tags';
import { deleteIdea } from '$lib/server/services/trash';
import {
	createFeatureFor,
	createIdeaFor,
	createPerson,
	createSessionFor
} from '#tests/support/factories';
import { createRunnerFor, newComputer, runnerFault } from '#tests/support/computers';
import { setEnvironment } from '#tests/support/environment';
import { callerAs, callProcedure, isMutation, procedurePaths } from '#tests/support/procedures';
import { db } from '../db';
import { checkLimit, POLICIES } from '../rate-limit';

/** Procedures that anyone may call. */
const PUBLIC = new Set<string>([
	'mails.unsubscription',
	'mails.unsubscribe',
	'problems.report',
	'runner.v1.pairing.start',
	'runner.v1.pairing.poll',
	'runner.v1.challenge'
]);

/** Procedures for computers: they show a credential, and whoever has none is turned away, signed in or not. */
const BY_CREDENTIAL = new Set(['runner.v1.ticket', 'runner.v1.unpair', 'runner.v1.faults']);

/** Procedures that name nothing of anyone else's, so that a stranger's call is simply their own. */
const OWN = new Set([
	'announcements.current',
	'audit.own',
	'account.getProfile',
	'account.updateProfile',
	'account.noteTimeZone',
	'account.usage',
	'account.requestEmailChange',
	'account.export',
	'account.requestDeletion',
	'consents.listPending',
	'consents.give',
	'conversions.targets',
	'ideas.list',
	'guide.start',
	'ideas.create',
	'ideas.export',
	'imports.current',
	'imports.start',
	// Whoever holds the mail may stop it.
	'mails.unsubscription',
	'mails.unsubscribe',
	'passwords.get',
	'passwords.set',
	'problems.report',
	'preferences.get',
	'preferences.update',
	'pairings.coming',
	// Whoever has a computer may let it ask, and poll with what it got.
	'runner.v1.pairing.start',
	'runner.v1.pairing.poll',
	'runner.v1.challenge',
	'runners.list',
	'terminals.listen',
	'search.find',
	'search.titles',
	'sessions.list',
	'sessions.endOthers',
	'trash.list',
	'tags.list'
]);

// Nobody listens there: what relays have to hear is not what these tests are about.
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: 'ws://127.0.0.1:9' });

let inputs: Record<string, unknown>;
let stranger: Awaited<ReturnType<typeof createPerson>>;

beforeAll(async () => {
	const ada = await createPerson();
	stranger = await createPerson();
	const live = await createIdeaFor(ada, { title: 'Hers' });
	const feature = await createFeatureFor(ada, live.id, { title: 'Hers, in part' });
	const trashedFeature = await createFeatureFor(ada, live.id, { title: 'Thrown away, in part' });
	await deleteFeature(ada, { id: trashedFeature.id });
	const trashed = await createIdeaFor(ada, { title: 'Thrown away' });
	const { undoToken } = await deleteIdea(ada, { id: trashed.id });
	const unsubscribeToken = new URL(unsubscribeUrl(ada.userId, 'news')).searchParams.get('token');
	const { token } = await db.$transaction((tx) =>
		createEmailLink(tx, { purpose: 'change_email', email: 'new@example.com', userId: ada.userId })
	);
	await updateIdea(ada, { id: live.id, version: 1, title: 'Hers, later' });
	const earlier = await db.revision.findFirstOrThrow({ where: { ideaId: live.id } });
	await setTags(ada, { id: live.id, tags: ['hers'] });
	const session = await createSessionFor(ada);
	const { id: importId } = await db.import.create({
		data: { userId: ada.userId, name: 'Hers', format: 'json', bytes: 1, fingerprint: 'x' },
		select: { id: true }
	});
	const runnerId = await createRunnerFor(ada, 'Hers');
	const incident = await db.incident.create({ data: { title: 'Ours', severity: 1 } });
	const outside = await db.alert.create({
		data: { rule: 'outside', subject: 'probe', severity: 2, state: 'firing', says: 'down' }
	});
	const decided = { id: uuid(), userCode: 'WDJB-MJHT' };
	const shown = { runnerId, credential: 'x'.repeat(43), challenge: '', proof: '' };
	const { asks: asking, publicKey: browserKey } = await newComputer({}, 'http://localhost:3000');
	inputs = {
		'account.getProfile': undefined,
		'account.updateProfile': { name: 'Someone' },
		'account.noteTimeZone': { timeZone: 'Europe/Berlin' },
		'account.usage': undefined,
		'account.requestEmailChange': { email: ada.email },
		'account.getEmailChange': { token },
		'account.confirmEmailChange': { token },
		'account.export': { confirmed: true },
		'account.requestDeletion': { email: stranger.email },
		'alerts.list': undefined,
		'alerts.firing': undefined,
		'alerts.endOutside': { id: outside.id },
		'alerts.rules': undefined,
		'alerts.setRule': { key: 'relay', isOn: true, silentMinutes: null },
		'alerts.channels': undefined,
		'alerts.addChannel': { kind: 'mail', name: 'Taken', target: '' },
		'alerts.removeChannel': { id: live.id },
		'alerts.testChannel': { id: live.id },
		'alerts.quietHours': undefined,
		'alerts.setQuietHours': { hours: null },
		'analytics.get': {},
		'analytics.live': undefined,
		'analytics.vitals': {},
		'audit.own': {},
		'audit.list': {},
		'audit.chain': undefined,
		'audit.startExport': { format: 'json' },
		'audit.exportPage': {},
		'consents.listPending': undefined,
		'consents.give': { terms: LEGAL.terms.version, privacy: LEGAL.privacy.version },
		'conversions.targets': { id: live.id },
		'conversions.preview': { kind: 'featureToIdea', id: feature.id, children: 'features' },
		'conversions.run': {
			conversion: { kind: 'featureToIdea', id: feature.id, children: 'features' },
			seen: 'what was seen'
		},
		'probes.list': undefined,
		'probes.run': {},
		'database.activity': undefined,
		'database.storage': undefined,
		'database.statements': {},
		'database.cancel': { pid: 1, startedAt: '2026-11-26 10:00:00.000000+00' },
		'database.end': { pid: 1, connectedAt: '2026-11-26 10:00:00.000000+00' },
		'features.list': { ideaId: live.id },
		'features.get': { id: feature.id },
		'features.create': { ideaId: live.id, clientKey: uuid(), title: 'A wheel' },
		'features.update': { id: feature.id, version: 1, title: 'Taken' },
		'features.star': { id: feature.id, star: 'star' },
		'features.starMany': { ideaId: live.id, ids: [feature.id], star: 'star' },
		'features.complete': { id: feature.id },
		'features.completeMany': { ideaId: live.id, ids: [feature.id] },
		'features.reopen': { id: feature.id },
		'features.move': { id: feature.id },
		'features.delete': { id: feature.id },
		'features.deleteMany': { ideaId: live.id, ids: [feature.id] },
		'features.restore': { id: trashedFeature.id },
		'features.purge': { id: trashedFeature.id, title: 'Thrown away, in part' },
		'ideas.list': {},
		'guide.start': { clientKey: uuid() },
		'ideas.create': { clientKey: uuid(), title: 'Another' },
		'ideas.copy': { id: live.id },
		'ideas.get': { id: live.id },
		'ideas.update': { id: live.id, version: 1, title: 'Taken' },
		'ideas.star': { id: live.id, star: 'star' },
		'ideas.starMany': { ids: [live.id], star: 'star' },
		'ideas.move': { id: live.id },
		'ideas.moveMany': { ids: [live.id], to: 'bottom' },
		'ideas.deleteMany': { ids: [live.id] },
		'revisions.list': { ideaId: live.id },
		'revisions.get': { id: earlier.id },
		'revisions.restore': { id: earlier.id, version: 2 },
		'ideas.setTags': { id: live.id, tags: ['taken'] },
		'ideas.tagMany': { ids: [live.id], add: ['taken'] },
		'ideas.archive': { id: live.id },
		'ideas.archiveMany': { ids: [live.id] },
		'ideas.unarchive': { id: live.id },
		'ideas.unarchiveMany': { ids: [live.id] },
		'tags.list': undefined,
		'tags.rename': { from: 'hers', to: 'taken' },
		'tags.delete': { name: 'hers' },
		'ideas.delete': { id: live.id },
		'ideas.restore': { id: trashed.id },
		'ideas.purge': { id: trashed.id, title: 'Thrown away' },
		'ideas.export': { format: 'json' },
		'imports.start': { name: 'a', format: 'json', bytes: 1, fingerprint: 'y' },
		'imports.receive': { id: importId, sequence: 0, body: new Uint8Array([1]) },
		'imports.read': { id: importId, chunks: 1 },
		'imports.get': { id: importId },
		'imports.current': undefined,
		'imports.preview': { id: importId },
		'imports.list': { id: importId, verdict: 'new' },
		'imports.refresh': { id: importId },
		'imports.choose': { id: importId, choice: 'skip' },
		'imports.confirm': { id: importId },
		'imports.cancel': { id: importId },
		'incidents.list': {},
		'incidents.get': { id: incident.id },
		'incidents.timeline': { id: incident.id },
		'incidents.postmortem': { id: incident.id },
		'incidents.open': { title: 'Taken' },
		'incidents.update': { id: incident.id, title: 'Taken', severity: 1, ownerId: null },
		'incidents.acknowledge': { id: incident.id },
		'incidents.setStatus': { id: incident.id, status: 'resolved' },
		'incidents.addNote': { id: incident.id, text: 'Taken' },
		'incidents.publish': { id: incident.id, publicTitle: null },
		'incidents.addAction': { id: incident.id, text: 'Taken', ownerId: null, dueOn: null },
		'incidents.setAction': { id: incident.id, isDone: true },
		'mails.list': {},
		'mails.figures': undefined,
		'mails.listSuppressions': {},
		'mails.sendAgain': { id: live.id },
		'mails.liftSuppression': { email: 'ada@example.com' },
		'mails.unsubscription': { token: unsubscribeToken },
		'mails.unsubscribe': { token: unsubscribeToken },
		'costs.usage': undefined,
		'overview.get': undefined,
		'overview.glance': undefined,
		'overview.traffic': {},
		'pairings.find': { userCode: decided.userCode },
		'pairings.coming': undefined,
		'pairings.approve': decided,
		'pairings.deny': decided,
		'passwords.get': {},
		'passwords.change': { password: 'a password of one’s own' },
		'passwords.remove': { confirmed: true },
		'passwords.set': { password: 'a password of one’s own' },
		'people.list': {},
		'people.get': { id: ada.userId },
		'people.endSessions': { id: ada.userId },
		'people.disable': { id: ada.userId },
		'people.enable': { id: ada.userId },
		'people.setRole': { id: ada.userId, role: 'admin' },
		'people.export': { id: ada.userId },
		'people.delete': { id: ada.userId, email: ada.email },
		'tasks.list': undefined,
		'tasks.runs': {},
		'tasks.get': { id: live.id },
		'tasks.run': { name: 'purge-cron-runs' },
		'terminals.open': { runnerId, sessionId: uuid(), role: 'writer', browserKey },
		'terminals.listen': {},
		'trash.list': {},
		'trash.restoreMany': { ideas: [trashed.id], features: [trashedFeature.id] },
		'trash.purgeMany': { features: [trashedFeature.id], count: 1 },
		'preferences.get': undefined,
		'preferences.update': { theme: 'dark' },
		'search.find': { q: 'hers' },
		'search.titles': {},
		'search.inIdea': { ideaId: live.id, q: 'hers' },
		'runner.v1.pairing.start': asking,
		'runner.v1.pairing.poll': { deviceCode: 'x'.repeat(43) },
		'runner.v1.challenge': { runnerId },
		'runner.v1.ticket': shown,
		'runner.v1.unpair': shown,
		'runner.v1.faults': { ...shown, faults: [runnerFault] },
		'runners.list': undefined,
		'runners.rename': { id: runnerId, name: 'Taken' },
		'runners.switch': { id: runnerId, isForAny: true },
		'runners.revoke': { id: runnerId },
		'sessions.list': undefined,
		'sessions.end': { id: session.id },
		'sessions.endOthers': { confirmed: true },
		'undo.redeem': { token: undoToken },
		'announcements.current': undefined,
		'announcements.acknowledge': { id: uuid() },
		'problems.report': { text: 'It does not work.', page: '/ideas', requestId: '' },
		'problems.list': {},
		'errors.list': {},
		'errors.get': { id: live.id },
		'errors.resolve': { id: live.id },
		'errors.reopen': { id: live.id },
		'logs.list': {},
		'logs.tail': { since: new Date() },
		'logs.failing': undefined,
		'logs.around': { request: 'a-request' },
		'switches.list': undefined,
		'switches.set': { name: 'signUps', value: false },
		'switches.clear': { name: 'signUps' }
	};
});

describe('the API', () => {
	test('has an input in this test for each of its procedures', () => {
		expect(Object.keys(inputs).toSorted()).toEqual(procedurePaths.toSorted());
	});

	test.each(procedurePaths)('refuses %s to nobody', async (path) => {
		const call = callProcedure(callerAs(), path, inputs[path]);

		if (PUBLIC.has(path)) await call;
		else await expect(call).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
	});

	test.each(procedurePaths)('hides what is someone else’s from %s', async (path) => {
		const before = await contents();

		const { id: sessionId } = await createSessionFor(stranger);
		const call = callProcedure(callerAs({ ...stranger, sessionId }), path, inputs[path]);

		if (OWN.has(path))
			expect(JSON.stringify(await call) ?? '').not.toMatch(/Hers|hers|Thrown away/);
		else {
			const code = BY_CREDENTIAL.has(path) ? 'UNAUTHORIZED' : 'NOT_FOUND';
			await expect(call).rejects.toMatchObject({ code });
		}
		if (!OWN.has(path)) expect(await contents()).toEqual(before);
	});

	test.each(procedurePaths.filter((path) => isMutation(path)))(
		'refuses nonsense to %s with the fields to blame',
		async (path) => {
			const admin = callerAs({ ...stranger, role: 'admin' });

			const call = callProcedure(admin, path, { id: 7, title: 7, token: 7 });

			await expect(call).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		}
	);
});

/** Everything that a stranger's call must leave as it is. */
const contents = async () => ({
	ideas: await db.idea.findMany({ where: { ownerId: { not: stranger.userId } } }),
	features: await db.feature.findMany({ where: { idea: { ownerId: { not: stranger.userId } } } }),
	members: await db.ideaMember.findMany({ where: { userId: { not: stranger.userId } } }),
	runners: await db.runner.findMany({ where: { userId: { not: stranger.userId } } }),
	sessions: await db.session.findMany({ where: { userId: { not: stranger.userId } } }),
	people: await db.user.findMany({ where: { id: { not: stranger.userId } } }),
	incidents: await db.incident.findMany(),
	channels: await db.alertChannel.findMany(),
	alerts: await db.alert.findMany()
});

describe('a tab that was left open by someone else', () => {
	test('is told so, and neither reads nor writes', async () => {
		const caller = callerAs(stranger, { expectedUserId: uuid() });

		for (const path of ['ideas.list', 'ideas.create']) {
			await expect(callProcedure(caller, path, inputs[path])).rejects.toMatchObject({
				code: 'UNAUTHORIZED',
				cause: { reason: 'auth.otherPerson' }
			});
		}
	});
});

describe('limits', () => {
	test('count what forms write', async () => {
		const person = await createPerson();
		const { id } = await createIdeaFor(person);
		const star = () => callerAs(person, { transport: 'form' }).ideas.star({ id, star: 'star' });
		await star();
		// One after the other: a counter that is asked a hundred times at once answers late, and is given up.
		// A few more than the limit, because a window may end meanwhile.
		for (let used = 0; used < POLICIES.write.tokens + 20; used += 1) {
			await checkLimit('write', person.userId);
		}

		await expect(star()).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
	});
});
