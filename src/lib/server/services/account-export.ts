import { Preferences } from '$lib/schemas/preferences';
import { db } from '../db';
import { enforceLimit } from '../rate-limit';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import type { Subject } from './audit-trail';
import {
	announcementsOf,
	browsersOf,
	consentsOf,
	featuresOf,
	ideasOf,
	linksOf,
	mailsOf,
	pairingsOf,
	problemsOf,
	revisionsOf,
	runnersOf,
	sessionsOf,
	trailOf,
	undoActionsOf,
	type Pages
} from './account-export-pages';

/**
 * Everything that is kept about the caller, or about the person that an admin names, as one JSON document in pieces. However much it is, only one
 * page of one list is in memory. What an admin downloads stands in the person's own trail.
 *
 * The document is an object:
 * - `format` is `coda.account`, `version` 1, `exportedAt` the time it was begun;
 * - `account`: id, address, name, role, zone, times, whether there is a password, `preferences`;
 * - lists, each with the oldest first unless its name says otherwise: `sessions`, `browsers`, `consents`,
 *   `ideas` (one's own whole, those in the Trash with `deletedAt`; of those that others share only what one
 *   added: role, star, place, tags and archive), `features` of one's own ideas by `ideaId`, `revisions` with
 *   what ideas and features said before, `undoActions`, `links` sent by mail, `activity` (latest first), `mails`,
 *   `problemReports`, `announcementsRead`, `pairings`, `runners` for paired computers;
 * - `complete` is `true` and stands last: without it the download broke off.
 *
 * Times are ISO 8601 in UTC. Secrets are not in it: of tokens and passwords only hashes are kept anyway.
 *
 * @throws TOO_MANY_REQUESTS
 */
export async function exportAccount(
	actor: PersonalActor,
	subject: Subject = actor
): Promise<AsyncGenerator<string>> {
	await enforceLimit('export', actor.userId);
	await db.$transaction((tx) =>
		recordAudit(tx, actor, {
			action: 'account.export',
			targetKind: 'user',
			targetId: subject.userId,
			personId: subject.userId,
			details: { format: 'json' }
		})
	);
	return document(subject);
}

async function* document(subject: Subject): AsyncGenerator<string> {
	const account = await accountOf(subject);
	const head = { format: 'coda.account', version: 1, exportedAt: new Date(), account };
	// Without its closing brace: the lists follow.
	yield JSON.stringify(head).slice(0, -1);
	const lists: Record<string, Pages> = {
		sessions: sessionsOf(subject),
		browsers: browsersOf(subject),
		consents: consentsOf(subject),
		ideas: ideasOf(subject),
		features: featuresOf(subject),
		revisions: revisionsOf(subject),
		undoActions: undoActionsOf(subject),
		links: linksOf(subject, account.email),
		activity: trailOf(subject),
		mails: mailsOf(account.email),
		problemReports: problemsOf(subject),
		announcementsRead: announcementsOf(subject),
		pairings: pairingsOf(subject),
		runners: runnersOf(subject)
	};
	for (const [name, pages] of Object.entries(lists)) {
		yield `,\n"${name}":[`;
		let isFirst = true;
		for await (const rows of pages) {
			const text = rows.map((row) => JSON.stringify(row)).join(',\n');
			yield `${isFirst ? '' : ','}\n${text}`;
			isFirst = false;
		}
		yield ']';
	}
	yield ',\n"complete":true}\n';
}

async function accountOf({ userId }: Subject) {
	const { passwordHash, preferences, ...account } = await db.user.findUniqueOrThrow({
		where: { id: userId },
		select: {
			id: true,
			email: true,
			emailVerified: true,
			name: true,
			image: true,
			role: true,
			timeZone: true,
			passwordHash: true,
			passwordChangedAt: true,
			disabledAt: true,
			deleteAfter: true,
			createdAt: true,
			updatedAt: true,
			preferences: true
		}
	});
	return {
		...account,
		hasPassword: passwordHash !== null,
		preferences: Preferences.parse(preferences)
	};
}
