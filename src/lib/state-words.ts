/*
 * What a page says when it cannot show what was asked for. The page for an error, the maintenance page and
 * the gallery of states read their words here, so that they can be read side by side.
 */

/** One way in which a page can be something else than what was asked for. */
export type StateName = keyof typeof STATES;

/** The words of a state. */
export interface StateWords {
	/** What stands small above the title: a number to search for, or a word. */
	code: string;
	title: string;
	/** What it means for the person; empty where the server says it. */
	says: string;
}

/** Every state, with its words. */
export const STATES = {
	offline: {
		code: 'Offline',
		title: 'You are offline.',
		says: 'This page needs the network. What you wrote is kept in this browser, and is saved when you are back.'
	},
	forbidden: { code: '403', title: 'That is not for you to open.', says: '' },
	notFound: {
		code: '404',
		title: 'There is nothing here.',
		says: 'The address may be wrong, or what was here is deleted. Deleted ideas stay in the Trash for a while.'
	},
	tooMany: { code: '429', title: 'A moment, please.', says: '' },
	unavailable: {
		code: '503',
		title: 'Coda cannot reach its database.',
		says: 'Nothing you saved is lost. This page tries again by itself and goes on as soon as it can.'
	},
	maintenance: {
		code: 'Maintenance',
		title: 'Coda is being worked on.',
		says: 'Nothing you saved is lost. This page tries again by itself and goes on as soon as it can.'
	},
	readOnly: {
		code: 'Read-only',
		title: 'Coda is read-only for a while.',
		says: 'Everything can be read, and nothing can be saved. What you just sent was not saved: go back, and your text is most likely still there.'
	},
	sessionEnded: {
		code: 'Signed out',
		title: 'You were signed out here.',
		says: 'This session was ended from another browser, or it ran out. Text that was not saved yet is kept in this browser until you sign in again.'
	},
	ended: {
		code: 'Ended',
		title: 'This session has ended.',
		says: 'The program stopped, or the computer it ran on was switched off. What it printed until then is kept with the idea.'
	},
	broken: {
		code: '500',
		title: 'Something went wrong on our side.',
		says: 'It has been written down. Trying again may be enough; if not, tell us this number:'
	},
	refused: { code: '400', title: 'That did not work.', says: '' }
} as const satisfies Record<string, StateWords>;

/** The state that an error's status and reason stand for. */
export function stateOf(status: number, reason?: string): StateName {
	if (reason === 'offline') return 'offline';
	if (reason === 'maintenance.readOnly') return 'readOnly';
	if (reason?.startsWith('maintenance')) return 'maintenance';
	if (status === 403) return 'forbidden';
	if (status === 404) return 'notFound';
	if (status === 429) return 'tooMany';
	if (status === 503) return 'unavailable';
	return status >= 500 ? 'broken' : 'refused';
}
