/*
 * What the entries of the audit say to a person. Every action that the program records has a line here,
 * which a test compares with the source.
 */

/** The words for one action. */
interface Words {
	/** What the person did: `Signed in`. */
	own: string;
	/** What an admin did to their account. */
	byAdmin?: string;
	/** What Coda did by itself. */
	byCoda?: string;
}

/** Every action, grouped by what it is about. */
export const AUDIT_WORDS: Record<string, Words> = {
	'account.create': { own: 'Opened the account' },
	'account.disable': {
		own: 'Disabled an account',
		byAdmin: 'An administrator disabled the account'
	},
	'account.enable': {
		own: 'Enabled an account',
		byAdmin: 'An administrator enabled the account again'
	},
	'account.requestDeletion': {
		own: 'Asked for the account to be deleted',
		byAdmin: 'An administrator asked for the account to be deleted'
	},
	'account.role': {
		own: 'Changed what an account may do',
		byAdmin: 'An administrator changed what the account may do',
		byCoda: 'The operator changed what the account may do'
	},

	'session.create': { own: 'Signed in' },
	'session.end': {
		own: 'Ended a session',
		byAdmin: 'An administrator ended your session',
		byCoda: 'The operator ended your session'
	},

	'idea.create': { own: 'Added an idea' },
	'idea.update': { own: 'Changed an idea' },
	'idea.star': { own: 'Changed the star of an idea' },
	'idea.star.undo': { own: 'Put back the star of an idea' },
	'idea.delete': { own: 'Moved an idea to the Trash' },
	'idea.delete.undo': { own: 'Took back moving an idea to the Trash' },
	'idea.restore': { own: 'Restored an idea from the Trash' },
	'idea.purge': {
		own: 'Deleted an idea for good',
		byCoda: 'An idea left the Trash for good when its time was up'
	},

	'audit.export': { own: 'Exported the audit' },
	'audit.purge': { own: 'Dropped old entries', byCoda: 'Old entries were dropped' }
};

/** The words for an entry; where a later release made it, its action stands for itself. */
export function auditWords(action: string, by: 'you' | 'program' | 'admin' | 'coda'): string {
	const words = Object.hasOwn(AUDIT_WORDS, action) ? AUDIT_WORDS[action] : undefined;
	if (!words) return action;
	if (by === 'admin') return words.byAdmin ?? `An administrator: ${lowerFirst(words.own)}`;
	if (by === 'coda') return words.byCoda ?? words.own;
	return by === 'program' ? `${words.own}, through a program of yours` : words.own;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
