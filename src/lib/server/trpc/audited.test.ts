import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import type { AuditAction } from '$lib/audit-words';
import {
	createAdmin,
	createFeatureFor,
	createIdeaFor,
	createPerson,
	createSessionFor
} from '#tests/support/factories';
import { COMPUTER_ACTS } from '#tests/support/computer-acts';
import { OPERATOR_ACTS } from '#tests/support/operator-acts';
import { setEnvironment } from '#tests/support/environment';
import { callerAs, callProcedure, isMutation, procedurePaths } from '#tests/support/procedures';
import { sent } from '#tests/support/transfer';
import { createEmailLink } from '../auth/email-links';
import { db } from '../db';
import { LEGAL } from '../legal';
import { unsubscribeUrl } from '../mail/unsubscribe';
import type { PersonalActor } from '../services/actor';
import { archiveIdeas } from '../services/archive';
import { previewConversion } from '../services/conversions';
import { completeFeature } from '../services/feature-completion';
import { deleteFeature } from '../services/feature-trash';
import { updateIdea } from '../services/ideas';
import { setTags } from '../services/tags';
import { deleteIdea } from '../services/trash';

// Nobody listens there: what relays have to hear is not what these tests are about.
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: 'ws://127.0.0.1:9' });

/** Mutations that leave no entry, each with the reason. */
const NOT_AUDITED: Record<string, string> = {
	'announcements.acknowledge': 'closing a banner does nothing to anything; the row says it itself',
	'pairings.find': 'looking changes nothing; the tries are counted',
	'runner.v1.pairing.start': 'nothing is anyone’s before it is approved',
	'runner.v1.pairing.poll':
		'the one that pairs leaves an entry of the computer; its own tests look at it',
	'runner.v1.ticket':
		'the entry is the computer’s, once an hour and network; its own tests look at it',
	'runner.v1.unpair': 'the entry is the computer’s; its own tests look at it',
	'runner.v1.faults': 'it changes nothing of anyone’s; the errors say themselves whose they are',
	'terminals.listen': 'it only tells what has changed',
	'imports.start': 'nothing is in the account before it is confirmed',
	'imports.receive': 'nothing is in the account before it is confirmed',
	'imports.read': 'nothing is in the account before it is confirmed',
	'imports.refresh': 'nothing is in the account before it is confirmed',
	'imports.choose': 'nothing is in the account before it is confirmed',
	'imports.cancel': 'nothing is in the account before it is confirmed'
};

/** A call that succeeds, and the entry that it leaves. */
interface Act {
	/** Nobody, where the procedure asks for no session: then the entry is the system's. */
	as?: Awaited<ReturnType<typeof createPerson | typeof createAdmin>>;
	input: unknown;
	leaves: AuditAction;
	/** Whose trail the entry stands in, where it is not the caller's. */
	about?: string;
	changed?: string[];
}

/** An act of a person on an idea of theirs. */
async function onIdea(
	leaves: AuditAction,
	{ input = {}, trashed = false, changed = [] as string[] }
): Promise<Act> {
	const as = await createPerson();
	const { id } = await createIdeaFor(as, { title: 'Engine' });
	if (trashed) await deleteIdea(as, { id });
	return { as, input: { id, ...input }, leaves, changed };
}

/** An act of a person on two ideas that stand above a third. */
async function onIdeas(
	leaves: AuditAction,
	{ input = {}, changed = [] as string[] }
): Promise<Act> {
	const as = await createPerson();
	const [, ...ideas] = [await createIdeaFor(as), await createIdeaFor(as), await createIdeaFor(as)];
	return { as, input: { ids: ideas.map(({ id }) => id), ...input }, leaves, changed };
}

/** An act of a person on tags of an idea of theirs. */
async function onTags(
	leaves: AuditAction,
	{ input, many = false, named = true }: { input: object; many?: boolean; named?: boolean }
): Promise<Act> {
	const as = await createPerson();
	const { id } = await createIdeaFor(as, { title: 'Engine' });
	await setTags(as, { id, tags: ['old'] });
	const about = !named ? {} : many ? { ids: [id] } : { id };
	return { as, input: { ...about, ...input }, leaves, changed: ['tags'] };
}

/** An act of a person that puts an idea of theirs aside, or takes it back. */
async function onArchive(
	leaves: AuditAction,
	{ many = false, aside = false }: { many?: boolean; aside?: boolean }
): Promise<Act> {
	const as = await createPerson();
	const { id } = await createIdeaFor(as, { title: 'Engine' });
	if (aside) await archiveIdeas(as, { ids: [id] });
	return { as, input: many ? { ids: [id] } : { id }, leaves, changed: ['archivedAt'] };
}

/** An act of a person on a feature of an idea of theirs. */
async function onFeature(
	leaves: AuditAction,
	{ input = {}, changed = [] as string[], many = false, before }: FeatureAct
): Promise<Act> {
	const as = await createPerson();
	const idea = await createIdeaFor(as, { title: 'Engine' });
	const { id } = await createFeatureFor(as, idea.id, { title: 'A wheel' });
	await before?.(as, { id });
	const named = many ? { ideaId: idea.id, ids: [id] } : { id };
	return { as, input: { ...named, ...input }, leaves, changed };
}

interface FeatureAct {
	input?: object;
	changed?: string[];
	/** Whether the act takes several of one idea. */
	many?: boolean;
	/** What has to happen to the feature first. */
	before?: (actor: PersonalActor, feature: { id: string }) => Promise<unknown>;
}

/** An act of a person on their password. */
async function onPassword(
	leaves: AuditAction,
	{ input, hash }: { input: object; hash: string | null }
): Promise<Act> {
	const as = await createPerson();
	await db.user.update({ where: { id: as.userId }, data: { passwordHash: hash } });
	return { as, input, leaves, changed: ['password'] };
}

/** An act of an admin on somebody's account. */
async function onPerson(leaves: AuditAction, { input = {}, changed = [] as string[] }) {
	const { userId: id, email } = await createPerson();
	const token = uuid();
	await db.session.create({
		data: { userId: id, sessionToken: token, expires: new Date(Date.now() + 60_000) }
	});
	const given = 'email' in input ? { ...input, email } : input;
	return { as: await createAdmin(), input: { id, ...given }, leaves, about: id, changed };
}

/** An act of a person on their own account, in which they are signed in twice. */
async function onAccount(
	leaves: AuditAction,
	{ input, changed = [] as string[] }: { input: object; changed?: string[] }
): Promise<Act> {
	const as = await createPerson();
	await createSessionFor(as);
	const given = 'email' in input && input.email === true ? { ...input, email: as.email } : input;
	return { as, input: given, leaves, changed };
}

/** How each mutation is called so that it does something. */
const ACTS: Record<string, () => Promise<Act>> = {
	...COMPUTER_ACTS,
	...OPERATOR_ACTS,
	'account.updateProfile': () =>
		onAccount('account.update', { input: { name: 'Ada' }, changed: ['name'] }),
	'account.noteTimeZone': () =>
		onAccount('account.update', { input: { timeZone: 'UTC' }, changed: ['timeZone'] }),
	'account.requestEmailChange': () =>
		onAccount('account.requestEmailChange', { input: { email: `${uuid()}@example.com` } }),
	'account.confirmEmailChange': async () => {
		const as = await createPerson();
		const email = `${uuid()}@example.com`;
		const { token } = await db.$transaction((tx) =>
			createEmailLink(tx, { purpose: 'change_email', email, userId: as.userId })
		);
		return { as, input: { token }, leaves: 'account.changeEmail', changed: ['email'] };
	},
	'account.export': () => onAccount('account.export', { input: { confirmed: true } }),
	'account.requestDeletion': () => onAccount('account.requestDeletion', { input: { email: true } }),
	'audit.startExport': async () => ({
		as: await createAdmin(),
		input: { format: 'csv' },
		leaves: 'audit.export'
	}),
	'consents.give': () =>
		onAccount('account.consent', {
			input: { terms: LEGAL.terms.version, privacy: LEGAL.privacy.version }
		}),
	'conversions.run': async () => {
		const as = await createPerson();
		const idea = await createIdeaFor(as, { title: 'Engine' });
		const { id } = await createFeatureFor(as, idea.id, { title: 'A wheel' });
		const conversion = { kind: 'featureToIdea', id, children: 'features' } as const;
		const { seen } = await previewConversion(as, conversion);
		return { as, input: { conversion, seen }, leaves: 'convert.featureToIdea' };
	},
	'features.create': async () => {
		const as = await createPerson();
		const { id } = await createIdeaFor(as);
		const input = { ideaId: id, clientKey: uuid(), title: 'A wheel' };
		return { as, input, leaves: 'feature.create' };
	},
	'features.update': () =>
		onFeature('feature.update', { input: { version: 1, title: 'A cog' }, changed: ['title'] }),
	'features.star': () => onFeature('feature.star', { input: { star: 'star' }, changed: ['star'] }),
	'features.starMany': () =>
		onFeature('feature.star', { input: { star: 'star' }, many: true, changed: ['star'] }),
	'features.complete': () => onFeature('feature.complete', { changed: ['completedAt'] }),
	'features.completeMany': () =>
		onFeature('feature.complete', { many: true, changed: ['completedAt'] }),
	'features.reopen': () =>
		onFeature('feature.reopen', { before: completeFeature, changed: ['completedAt'] }),
	'features.move': async () => {
		const act = await onFeature('feature.move', { changed: ['position'] });
		const [idea] = await db.idea.findMany({ where: { ownerId: act.as?.userId } });
		if (act.as && idea) await createFeatureFor(act.as, idea.id);
		const last = await db.feature.findFirstOrThrow({
			where: { ideaId: idea?.id },
			orderBy: { position: 'desc' }
		});
		return { ...act, input: { id: last.id } };
	},
	'features.delete': () => onFeature('feature.delete', {}),
	'features.deleteMany': () => onFeature('feature.delete', { many: true }),
	'features.restore': () => onFeature('feature.restore', { before: deleteFeature }),
	'features.purge': () =>
		onFeature('feature.purge', { input: { title: 'A wheel' }, before: deleteFeature }),
	'guide.start': async () => ({
		as: await createPerson(),
		input: { clientKey: uuid() },
		leaves: 'guide.start'
	}),
	'ideas.create': async () => ({
		as: await createPerson(),
		input: { clientKey: uuid(), title: 'Engine' },
		leaves: 'idea.create'
	}),
	'ideas.update': () =>
		onIdea('idea.update', { input: { version: 1, title: 'Loom' }, changed: ['title'] }),
	'ideas.star': () => onIdea('idea.star', { input: { star: 'star' }, changed: ['star'] }),
	'ideas.starMany': () => onIdeas('idea.starMany', { input: { star: 'star' }, changed: ['star'] }),
	'ideas.move': async () => {
		const { as, input } = await onIdeas('idea.move', {});
		const [id] = (input as { ids: string[] }).ids;
		return { as, input: { id, to: 'bottom' }, leaves: 'idea.move', changed: ['position'] };
	},
	'ideas.moveMany': () =>
		onIdeas('idea.moveMany', { input: { to: 'bottom' }, changed: ['position'] }),
	'ideas.deleteMany': () => onIdeas('idea.deleteMany', {}),
	'ideas.delete': () => onIdea('idea.delete', {}),
	'ideas.restore': () => onIdea('idea.restore', { trashed: true }),
	'ideas.purge': () => onIdea('idea.purge', { input: { title: 'Engine' }, trashed: true }),
	'ideas.export': async () => ({
		as: await createPerson(),
		input: { format: 'json' },
		leaves: 'idea.export'
	}),
	'imports.confirm': async () => {
		const as = await createPerson();
		const { id } = await sent(as, '{"ideas":[{"idea":{"title":"Engine"}}]}');
		return { as, input: { id }, leaves: 'idea.import' };
	},
	'mails.sendAgain': async () => {
		const data = { kind: 'mail', payload: 'sealed', state: 'failed' as const };
		const { id } = await db.outboxMessage.create({ data, select: { id: true } });
		return { as: await createAdmin(), input: { id }, leaves: 'mail.sendAgain' };
	},
	'mails.liftSuppression': async () => {
		const { email, userId } = await createPerson();
		await db.mailSuppression.create({ data: { email, reason: 'bounced' } });
		return {
			as: await createAdmin(),
			input: { email },
			leaves: 'mail.liftSuppression',
			about: userId
		};
	},
	'mails.unsubscribe': async () => {
		const { userId } = await createPerson();
		const token = new URL(unsubscribeUrl(userId, 'news')).searchParams.get('token');
		return {
			input: { token },
			leaves: 'account.unsubscribe',
			about: userId,
			changed: ['notices.news']
		};
	},
	'passwords.change': () =>
		onPassword('password.change', { input: { password: 'engines weave algebra' }, hash: 'a hash' }),
	'passwords.remove': () =>
		onPassword('password.remove', { input: { confirmed: true }, hash: 'a hash' }),
	'passwords.set': () =>
		onPassword('password.set', { input: { password: 'engines weave algebra' }, hash: null }),
	'people.endSessions': () => onPerson('session.end', {}),
	'people.disable': () => onPerson('account.disable', {}),
	'people.enable': async () => {
		const act = await onPerson('account.enable', {});
		await db.user.update({ where: { id: act.about }, data: { disabledAt: new Date() } });
		return act;
	},
	'people.setRole': () => onPerson('account.role', { input: { role: 'admin' }, changed: ['role'] }),
	'people.export': () => onPerson('account.export', {}),
	'people.delete': () => onPerson('account.requestDeletion', { input: { email: true } }),
	'problems.report': async () => ({
		as: await createPerson(),
		input: { text: 'It does not work.', page: '/ideas', requestId: '' },
		leaves: 'problem.report'
	}),
	'switches.set': async () => ({
		as: await createAdmin(),
		input: { name: 'rateMultiplier', value: 2, forSeconds: 60 },
		leaves: 'switch.set'
	}),
	'switches.clear': async () => {
		const data = { name: 'signUps', value: true };
		await db.switch.create({ data, select: { name: true } });
		return { as: await createAdmin(), input: { name: 'signUps' }, leaves: 'switch.clear' };
	},
	'preferences.update': () =>
		onAccount('account.preferences', { input: { theme: 'dark' }, changed: ['theme'] }),
	'sessions.end': async () => {
		const as = await createPerson();
		return { as, input: await createSessionFor(as), leaves: 'session.end' };
	},
	'sessions.endOthers': () => onAccount('session.endOthers', { input: { confirmed: true } }),
	'tasks.run': async () => ({
		as: await createAdmin(),
		input: { name: 'purge-cron-runs' },
		leaves: 'task.run'
	}),
	'trash.restoreMany': async () => {
		const { input, ...act } = await onIdea('idea.restore', { trashed: true });
		return { ...act, input: { ideas: [(input as { id: string }).id] } };
	},
	'trash.purgeMany': async () => {
		const { input, ...act } = await onFeature('feature.purge', { before: deleteFeature });
		return { ...act, input: { features: [(input as { id: string }).id], count: 1 } };
	},
	'revisions.restore': async () => {
		const as = await createPerson();
		const { id } = await createIdeaFor(as, { title: 'Engine' });
		await updateIdea(as, { id, version: 1, title: 'Machine' });
		const revision = await db.revision.findFirstOrThrow({ where: { ideaId: id } });
		const changed = ['title', 'notes', 'linkUrl', 'linkLabel'];
		const input = { id: revision.id, version: 2 };
		return { as, input, leaves: 'idea.restoreText', changed };
	},
	'ideas.setTags': () => onTags('idea.tag', { input: { tags: ['new'] } }),
	'ideas.tagMany': () => onTags('idea.tag', { input: { add: ['new'] }, many: true }),
	'tags.rename': () => onTags('tag.rename', { input: { from: 'old', to: 'new' }, named: false }),
	'tags.delete': () => onTags('tag.delete', { input: { name: 'old' }, named: false }),
	'ideas.archive': () => onArchive('idea.archive', {}),
	'ideas.archiveMany': () => onArchive('idea.archive', { many: true }),
	'ideas.unarchive': () => onArchive('idea.unarchive', { aside: true }),
	'ideas.unarchiveMany': () => onArchive('idea.unarchive', { many: true, aside: true }),
	'undo.redeem': async () => {
		const as = await createPerson();
		const { id } = await createIdeaFor(as);
		const { undoToken } = await deleteIdea(as, { id });
		return { as, input: { token: undoToken }, leaves: 'idea.delete.undo' };
	}
};

const mutations = procedurePaths.filter((path) => isMutation(path));

describe('the audit', () => {
	test('knows of each mutation of the API', () => {
		const known = [...Object.keys(ACTS), ...Object.keys(NOT_AUDITED)];

		expect(known.toSorted()).toEqual(mutations.toSorted());
	});

	test.each(Object.keys(ACTS))('has an entry of %s', async (path) => {
		const { as, input, leaves, about, changed = [] } = (await ACTS[path]?.()) as Act;
		const before = await db.auditEntry.findMany({ select: { id: true } });

		await callProcedure(callerAs(as), path, input);

		const made = await db.auditEntry.findMany({
			where: { id: { notIn: before.map(({ id }) => id) } }
		});
		expect(made).toMatchObject([
			{
				action: leaves,
				actorKind: as ? 'person' : 'system',
				...(as && { actorId: as.userId }),
				personId: about ?? as?.userId,
				outcome: 'done',
				requestId: 'test',
				changed
			}
		]);
	});
});
