/*
 * What the entries of the audit say to a person. An action that is not here cannot be recorded: its type
 * comes from this table.
 */

/** The words for one action. */
interface Words {
	/** What the person did: `Signed in`. */
	own: string;
	/** What an admin did to their account. */
	byAdmin?: string;
	/** What Coda, or whoever runs it, did by itself. */
	byCoda?: string;
}

/** Every action, grouped by what it is about. */
export const AUDIT_WORDS = {
	'account.changeEmail': { own: 'Changed the account’s address' },
	'account.consent': { own: 'Agreed to the terms' },
	'account.create': {
		own: 'Opened the account',
		byCoda: 'The operator opened the account'
	},
	'account.delete': {
		own: 'Deleted the account',
		byCoda: 'The account was deleted when its time was up'
	},
	'account.disable': {
		own: 'Disabled an account',
		byAdmin: 'An administrator disabled the account'
	},
	'account.enable': {
		own: 'Enabled an account',
		byAdmin: 'An administrator enabled the account again'
	},
	'account.export': {
		own: 'Downloaded a copy of the account',
		byAdmin: 'An administrator downloaded a copy of the account'
	},
	'account.keep': { own: 'Took back the deletion of the account' },
	'account.preferences': { own: 'Changed the preferences' },
	'account.requestDeletion': {
		own: 'Asked for the account to be deleted',
		byAdmin: 'An administrator asked for the account to be deleted'
	},
	'account.requestEmailChange': { own: 'Asked for another address' },
	'account.role': {
		own: 'Changed what an account may do',
		byAdmin: 'An administrator changed what the account may do',
		byCoda: 'The operator changed what the account may do'
	},
	'account.unsubscribe': {
		own: 'Turned off a kind of mail',
		byCoda: 'A kind of mail was turned off by the link in one'
	},
	'account.update': { own: 'Changed the profile' },

	'password.change': { own: 'Changed the password' },
	'password.remove': { own: 'Removed the password' },
	'password.reset': { own: 'Chose a new password by a link' },
	'password.set': { own: 'Set a password' },

	'session.create': { own: 'Signed in' },
	'session.end': {
		own: 'Ended a session',
		byAdmin: 'An administrator ended your session',
		byCoda: 'The operator ended your session'
	},
	'session.endAll': { own: 'Ended all sessions', byCoda: 'The operator ended everyone’s sessions' },
	'session.endOthers': { own: 'Ended all other sessions' },
	'session.refuse': { own: 'Someone tried to sign in' },
	'session.renew': { own: 'Signed in again' },

	'idea.create': { own: 'Added an idea' },
	'idea.update': { own: 'Changed an idea' },
	'idea.star': { own: 'Changed the star of an idea' },
	'idea.star.undo': { own: 'Put back the star of an idea' },
	'idea.delete': { own: 'Moved an idea to the Trash' },
	'idea.delete.undo': { own: 'Took an idea back out of the Trash' },
	'idea.move': { own: 'Moved an idea on the board' },
	'idea.move.undo': { own: 'Put an idea back where it stood' },
	'idea.starMany': { own: 'Changed the stars of several ideas' },
	'idea.starMany.undo': { own: 'Put back the stars of several ideas' },
	'idea.deleteMany': { own: 'Moved several ideas to the Trash' },
	'idea.deleteMany.undo': { own: 'Took several ideas back out of the Trash' },
	'idea.moveMany': { own: 'Moved several ideas on the board' },
	'idea.moveMany.undo': { own: 'Put several ideas back where they stood' },
	'idea.restoreText': { own: 'Brought back an earlier text of an idea' },
	'idea.restoreText.undo': { own: 'Took back that an earlier text of an idea was restored' },
	'idea.tag': { own: 'Changed the tags of an idea' },
	'idea.tag.undo': { own: 'Put back the tags of an idea' },
	'idea.archive': { own: 'Archived an idea' },
	'idea.archive.undo': { own: 'Took back that an idea was archived' },
	'idea.unarchive': { own: 'Took an idea out of the archive' },
	'idea.unarchive.undo': { own: 'Put an idea back into the archive' },
	'tag.rename': { own: 'Renamed a tag' },
	'tag.rename.undo': { own: 'Gave a tag its old name back' },
	'tag.delete': { own: 'Removed a tag' },
	'tag.delete.undo': { own: 'Gave ideas a removed tag back' },
	'idea.visibility.undo': { own: 'Put back who sees an idea' },
	'idea.restore': { own: 'Restored an idea from the Trash' },
	'idea.purge': {
		own: 'Deleted an idea for good',
		byCoda: 'An idea left the Trash for good when its time was up'
	},
	'idea.export': { own: 'Exported ideas' },
	'idea.import': { own: 'Imported ideas' },
	'idea.import.undo': { own: 'Took back an import' },

	'convert.ideaToFeature': { own: 'Made an idea a feature of another' },
	'convert.ideaToFeature.undo': { own: 'Took back that an idea became a feature' },
	'convert.featureToIdea': { own: 'Made a feature an idea of its own' },
	'convert.featureToIdea.undo': { own: 'Took back that a feature became an idea' },

	'feature.create': { own: 'Added a feature' },
	'feature.update': { own: 'Changed a feature' },
	'feature.star': { own: 'Changed the star of a feature' },
	'feature.star.undo': { own: 'Put back the star of a feature' },
	'feature.complete': { own: 'Completed a feature' },
	'feature.complete.undo': { own: 'Took back that a feature is done' },
	'feature.reopen': { own: 'Reopened a feature' },
	'feature.reopen.undo': { own: 'Took back that a feature was reopened' },
	'feature.move': { own: 'Moved a feature in its plan' },
	'feature.move.undo': { own: 'Put a feature back where it was' },
	'feature.delete': { own: 'Moved a feature to the Trash' },
	'feature.delete.undo': { own: 'Took a feature back out of the Trash' },
	'feature.restoreText': { own: 'Brought back an earlier text of a feature' },
	'feature.restoreText.undo': {
		own: 'Took back that an earlier text of a feature was restored'
	},
	'feature.visibility.undo': { own: 'Put back who sees a feature' },
	'feature.restore': { own: 'Restored a feature from the Trash' },
	'feature.purge': {
		own: 'Deleted a feature for good',
		byCoda: 'A feature left the Trash for good when its time was up'
	},

	'pairing.approve': { own: 'Let a computer be paired' },
	'pairing.deny': { own: 'Refused a computer that asked to be paired' },
	'runner.pair': { own: 'Paired a computer' },
	'runner.rename': { own: 'Renamed a computer' },
	'runner.switch': { own: 'Changed what a computer is used for' },
	'runner.revoke': { own: 'Unpaired a computer' },
	'runner.connect': { own: 'A computer connected' },
	'runner.refuse': { own: 'A computer brought a wrong proof' },
	'terminal.open': { own: 'Opened a terminal' },

	'guide.start': { own: 'Started with the ideas of the guide' },
	'guide.start.undo': { own: 'Took back the ideas of the guide' },
	'trash.restore.undo': { own: 'Sent what was restored back to the Trash' },

	'alert.addChannel': { own: 'Added a channel for alerts' },
	'alert.removeChannel': { own: 'Took away a channel for alerts' },
	'alert.endOutside': { own: 'Ended an alert of a monitor outside' },
	'alert.setQuietHours': { own: 'Changed the quiet hours of alerts' },
	'alert.setRule': { own: 'Changed a rule for alerts' },
	'alert.testChannel': { own: 'Tried a channel for alerts' },
	'incident.open': { own: 'Opened an incident', byCoda: 'An alert opened an incident' },
	'incident.update': {
		own: 'Changed an incident',
		byCoda: 'A graver alert began the clock of an incident anew'
	},
	'incident.acknowledge': { own: 'Acknowledged an incident' },
	'incident.setStatus': { own: 'Said how far an incident is' },
	'incident.addNote': { own: 'Wrote a note about an incident' },
	'incident.publish': { own: 'Changed what the status page says of an incident' },
	'incident.addAction': { own: 'Wrote down what to do after an incident' },
	'incident.updateAction': { own: 'Changed what to do after an incident' },
	'incident.attachAlert': { own: 'Put an alert into an incident' },

	'audit.export': { own: 'Exported the audit' },
	'audit.purge': { own: 'Dropped old entries of the audit' },
	'database.cancel': { own: 'Cancelled a statement of the database' },
	'database.end': { own: 'Ended a connection to the database' },
	'error.reopen': { own: 'Opened an error again' },
	'error.resolve': { own: 'Marked an error as resolved' },
	'mail.liftSuppression': {
		own: 'Let an address get mails again',
		byAdmin: 'An administrator let your address get mails again'
	},
	'mail.sendAgain': { own: 'Sent a mail again' },
	'problem.report': { own: 'Reported a problem' },
	'switch.clear': { own: 'Put a switch back to its default' },
	'lab.record': { own: 'Recorded a report of Lighthouse' },
	'switch.set': { own: 'Set a switch' },
	'task.run': { own: 'Started a task' }
} as const satisfies Record<string, Words>;

/** What can be recorded. */
export type AuditAction = keyof typeof AUDIT_WORDS;

/** Who did it, as seen by the person in whose trail it stands. */
export type DoneBy = 'you' | 'program' | 'admin' | 'coda';

/** The words for an entry; one that another release made stands for itself. */
export function auditWords(action: string, by: DoneBy): string {
	const words: Words | undefined = isKnown(action) ? AUDIT_WORDS[action] : undefined;
	if (!words) return action;
	if (by === 'admin') return words.byAdmin ?? `An administrator: ${lowerFirst(words.own)}`;
	if (by === 'coda') return words.byCoda ?? words.own;
	return by === 'program' ? `${words.own}, through a program of yours` : words.own;
}

const isKnown = (action: string): action is AuditAction => Object.hasOwn(AUDIT_WORDS, action);

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
