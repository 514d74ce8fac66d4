import { LIMITS } from './limits';
import { PAGE_MESSAGES } from './page-messages';

/*
 * What Coda says when it refuses. A refusal travels as a reason with parameters; its words stand
 * here and nowhere else, so that they can be read side by side. The few that a page says by itself are next
 * door: the board downloads only those.
 */

/** Every reason, with the words for it. */
export const MESSAGES = {
	...PAGE_MESSAGES,
	'idea.notFound': () => 'There is no such idea.',
	'idea.someNotFound': ({ count = 1 }: { count?: number }) =>
		count === 1
			? 'One of these ideas is not there any more, so nothing was changed.'
			: `${count} of these ideas are not there any more, so nothing was changed.`,
	'idea.someOwnerOnly': ({ count = 1 }: { count?: number }) =>
		count === 1
			? 'One of these ideas belongs to someone else, so nothing was changed. Only the owner of an idea may do that.'
			: `${count} of these ideas belong to someone else, so nothing was changed. Only the owner of an idea may do that.`,
	'idea.conflict': () => 'This idea was changed somewhere else in the meantime.',
	'idea.ownerOnly': () => 'Only the owner of an idea may do that.',
	'idea.titleMismatch': () => 'Type the title exactly as it stands to delete the idea for good.',
	'idea.quota': () =>
		`You have ${LIMITS.ideasPerPerson.toLocaleString('en')} ideas, which is as many as there can be.`,
	'idea.copyTooLong': () =>
		'This idea says more than can be copied at once. Export it as a file instead.',
	'feature.notFound': () => 'There is no such feature.',
	'feature.conflict': () => 'This feature was changed somewhere else in the meantime.',
	'feature.quota': () =>
		`This idea has ${LIMITS.featuresPerIdea.toLocaleString('en')} features, which is as many as there can be.`,
	'feature.titleMismatch': () =>
		'Type the title exactly as it stands to delete the feature for good.',
	'feature.readOnly': () => 'Only the owner and the editors of an idea change its features.',
	'trash.gone': () => 'One of these is not in the Trash any more, so nothing was done.',
	'trash.ownerOnly': () => 'Only the owner of an idea deletes its features for good.',
	'trash.countMismatch': () => 'Type how many they are to delete them for good.',
	'move.neighbourGone': () =>
		'What it was to stand beside is not there any more. The list is loaded anew.',
	'convert.changed': () =>
		'Something changed since you looked. Look once more at what becomes what.',
	'convert.tooManyFeatures': ({ count = 0 }: { count?: number }) =>
		`The idea would have ${count.toLocaleString('en')} features, Trash included; ${LIMITS.featuresPerIdea.toLocaleString('en')} is the most.`,
	'convert.tooManySections': ({ count = 0 }: { count?: number }) =>
		`The feature would have ${count.toLocaleString('en')} sections; ${LIMITS.sectionsPerFeature} is the most. Its features can come as features instead.`,
	'convert.labelTooLong': ({ title = '', chars = 0 }: { title?: string; chars?: number }) =>
		`“${title}” has ${chars} characters, and the name of a section ${LIMITS.sectionLabelChars} at most. Shorten it first.`,
	'convert.bodyTooLong': ({ title = '', chars = 0 }: { title?: string; chars?: number }) =>
		`The section “${title}” would have ${chars.toLocaleString('en')} characters; ${LIMITS.sectionBodyChars.toLocaleString('en')} is the most.`,
	'convert.notesTooLong': ({ chars = 0 }: { chars?: number }) =>
		`The notes would have ${chars.toLocaleString('en')} characters; ${LIMITS.ideaNotesChars.toLocaleString('en')} is the most. The sections can become features instead.`,
	'convert.starDemoted': () => 'A super-star becomes a star, because all super-stars are given.',
	'convert.becomesPrivate': () =>
		'One of its features is private, so the new feature is for the owner and the editors only.',
	'convert.doneLost': ({ count = 1 }: { count?: number }) =>
		`A section cannot be done: ${count === 1 ? 'one feature loses its check' : `${count} features lose their checks`}.`,
	'convert.starsLost': ({ count = 1 }: { count?: number }) =>
		`A section has no star: ${count === 1 ? 'one feature loses its star' : `${count} features lose their stars`}.`,
	'convert.tagsLost': ({ count = 1 }: { count?: number }) =>
		`A feature has no tags: ${count === 1 ? 'one goes' : `${count} go`}.`,
	'convert.membersLose': ({ count = 1 }: { count?: number }) =>
		`It is shared with ${count === 1 ? 'one person' : `${count} people`}, who will see it only where they see the other idea.`,
	'convert.ideaToTrash': () =>
		'The idea as it is, with its earlier texts, stays in the Trash for 7 days.',
	'convert.doneEnds': () => 'The feature is done, and an idea cannot be: it comes back as open.',
	'convert.ownIdea': () => 'The new idea is private: only you see it.',
	'convert.featureToTrash': () =>
		'The feature as it is, with its earlier texts, stays in the Trash for 7 days.',
	'revision.notFound': () => 'There is no such earlier text. They are kept for 30 days.',
	'tag.notFound': () => 'None of your ideas has that tag.',
	'tag.full': ({ ideas = 1 }: { ideas?: number }) =>
		`${ideas === 1 ? 'An idea' : `${ideas.toLocaleString('en')} ideas`} would have more than ${LIMITS.tagsPerIdea} tags.`,
	'database.ended': () => 'It has ended by itself meanwhile, so nothing was done.',
	'database.notAllowed': () =>
		'The account that Coda has in the database may not end this. Ask with another one, in psql.',
	'task.notFound': () => 'There is no such task.',
	'task.paused': () => 'Tasks rest during maintenance. What is due starts by itself afterwards.',
	'task.runNotFound': () => 'There is no such run: they are kept for 90 days.',
	'import.notFound': () =>
		'This import is gone: it was stopped, another file took its place, or a day has passed. Choose the file again.',
	'import.changed': () =>
		'Your ideas have changed since this was compared. Look at it once more, then import.',
	'import.busy': () => 'This import is under way already.',
	'import.another': () =>
		'Another import of yours is under way. Wait until it is over, or cancel it there.',
	'import.notReady': () => 'This file has not been read whole, so there is nothing to import yet.',
	'import.cancelled': () => 'The import was stopped. Nothing of it is in your account.',
	'import.missing': ({ sequence = 0 }: { sequence?: number }) =>
		`Piece ${sequence} of the file did not arrive. Send it again.`,
	'import.ideaQuota': ({ over = 0 }: { over?: number }) =>
		`That is ${over.toLocaleString('en')} more than the ${LIMITS.ideasPerPerson.toLocaleString('en')} ideas that there can be. Delete some for good, or import fewer.`,
	'import.featureQuota': ({ title = '' }: { title?: string }) =>
		`“${title}” would have more than ${LIMITS.featuresPerIdea.toLocaleString('en')} features.`,
	'undo.expired': () => 'It is too late to undo that.',
	'undo.changed': () => 'That was changed again since, so it cannot be undone.',
	'cursor.invalid': () => 'This page of the list does not exist. Start again from the top.',
	'link.invalid': () =>
		'This link has expired, was used already, or is not complete. Ask for a new one.',
	'form.foreign': () => 'This form was not sent from Coda.',
	'unsubscribe.invalid': () =>
		'This link is not complete. Copy all of it from the mail, or change your notices in your account.',
	'mail.notFound': () => 'There is no such mail.',
	'mail.underway': () => 'This mail is on its way right now. Look again in a minute.',
	'mail.gone': () => 'What this mail said is gone, so it cannot be sent again.',
	'mail.notSuppressed': () => 'Nothing holds back mail to this address.',
	'rate.limited': ({ retryAfterSeconds = 10 }: { retryAfterSeconds?: number }) =>
		`That was too often. Try again in ${inWords(retryAfterSeconds)}.`,
	'auth.required': () => 'Sign in to go on.',
	'signIn.wrong': () => 'This address and this password do not go together.',
	'signIn.disabled': () =>
		'This account is switched off. Whoever runs this Coda can switch it on again.',
	'password.common': () => 'Many people use this password, so it is tried first. Choose another.',
	'password.isAddress': () => 'Your address is the first thing that is tried. Choose another.',
	'password.wrong': () => 'That is not your password.',
	'password.wrongChoice': () => 'That is not the password that was chosen when signing up.',
	'password.none': () => 'There is no password to change.',
	'password.exists': () => 'This account has a password already.',
	'password.changed': () => 'The password was changed somewhere else in the meantime.',
	'email.same': () => 'That is the address of your account already.',
	'email.taken': () =>
		'This address belongs to another account by now, so yours keeps the one it has.',
	'account.addressMismatch': () => 'That is not the address of this account.',
	'session.notFound': () => 'There is no such session. It may have ended already.',
	'consent.changed': () =>
		'The documents have changed since you opened this page. Look at them once more.',
	'auth.fresh': () => 'Show once more that it is you, then go on.',
	'person.notFound': () => 'There is no such person.',
	'person.self': () => 'Nobody does that to their own account. Ask another admin.',
	'person.graceOver': () =>
		'The time of this account is up, and part of it may be gone: it cannot be enabled any more.',
	'person.addressMismatch': () => 'Type the address exactly as it stands.',
	'errors.notFound': () => 'There is no such error.',
	'page.notFound': () => 'There is nothing at this address.',
	'auth.otherPerson': () => 'Someone else is signed in in this browser now. Reload the page.',
	'devMode.noRelay': () =>
		'This Coda has no relay, and terminals go through one. Whoever runs it can set one up.',
	'pairing.proof': () => 'That is not the proof of the key that came with it.',
	'pairing.notFound': () =>
		'No computer waits under this code. Codes work for ten minutes and once; look again at what the computer shows.',
	'pairing.code': () => 'A code has eight letters, like WDJB-MJHT.',
	'runner.notFound': () => 'There is no such computer. It may have been unpaired.',
	'runner.quota': () =>
		`You have ${LIMITS.runnersPerPerson} computers, which is the most. Unpair one first.`,
	'runner.unknown': () => 'This computer is not paired any more. Pair it again.',
	'runner.proof': () => 'That is not this computer’s answer to a challenge of the last minute.',
	'channel.address': ({ why = '' }: { why?: string }) =>
		`This address cannot be used. ${why}`.trim(),
	'channel.notFound': () => 'There is no such channel. It may have been taken away.',
	'rule.notFound': () => 'There is no such rule.',
	'probe.running': () => 'Another run is trying at this moment. Look again in a minute.',
	'probe.unwritten': () => 'It was tried, but how it went could not be written down.',
	'alert.notFound': () => 'There is no such alert.',
	'incident.notFound': () => 'There is no such incident.',
	'incident.untitled': () => 'Give it a title.',
	'incident.actionNotFound': () => 'There is no such action.',
	'incident.notAdmin': () => 'Only an admin can be asked to look after it.',
	'problem.notFound': () => 'There is no such report.',
	'switch.unconfirmed': () =>
		'Full maintenance shuts everyone out who is not an admin. Say that you mean it.',
	'signUps.closed': () => 'New accounts cannot be made right now.',
	'announcement.over': () => 'That announcement is over.',
	'maintenance.readOnly': () =>
		'Coda is read-only for a while: everything can be read, and nothing can be saved.',
	'maintenance.full': () => 'Coda is closed for maintenance. It opens again by itself.',
	'body.tooLarge': () => 'That is more than Coda takes at once.',
	'request.foreign': () => 'This came from another site, so nothing was done.',
	'address.tooLong': () => 'This address is longer than any that Coda has.',
	'method.unknown': () => 'Coda does not answer this kind of request.',
	'body.invalid': () => 'That could not be read.',
	'service.unavailable': () => 'Coda cannot reach its database right now. It tries again by itself.'
} satisfies Record<string, (params: never) => string>;

/** Why something was refused. */
export type Reason = keyof typeof MESSAGES;

/** What the words of a refusal depend on. */
export type ReasonParams = Record<string, string | number>;

/** The sentence for a reason. */
export function messageFor(reason: Reason, params: ReasonParams = {}): string {
	const words: (params: ReasonParams) => string = MESSAGES[reason];
	return words(params);
}

function inWords(seconds: number): string {
	if (seconds <= 90) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
	return `${Math.ceil(seconds / 60)} minutes`;
}
