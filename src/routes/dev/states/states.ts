/** States that take the whole page, as the error that leads to them. */
export const PAGES: Readonly<Record<string, { status: number; error: App.Error }>> = {
	offline: { status: 500, error: { message: '', reason: 'offline' } },
	forbidden: { status: 403, error: { message: 'Only the owner of an idea may do that.' } },
	'not-found': { status: 404, error: { message: 'There is nothing at this address.' } },
	'too-many-requests': {
		status: 429,
		error: {
			message: 'That was too often. Try again in 8 seconds.',
			params: { retryAfterSeconds: 8 }
		}
	},
	error: {
		status: 500,
		error: { message: '', requestId: '0d9f3a52-7c1e-4b55-9a0e-2f5b8c6d1e74' }
	},
	'service-unavailable': { status: 503, error: { message: '' } },
	maintenance: { status: 503, error: { message: '', reason: 'maintenance.full' } },
	refused: { status: 400, error: { message: 'This page of the list does not exist.' } }
};

/** States that have ended, with what leads on from there. */
export const ENDINGS: Readonly<Record<string, 'sessionEnded' | 'ended'>> = {
	'session-ended': 'sessionEnded',
	'runner-ended': 'ended'
};

/** States within the shell. */
export const WITHIN: readonly string[] = [
	'board',
	'empty-board',
	'empty-filter',
	'empty-trash',
	'loading',
	'read-only',
	'announcement',
	'preview'
];

/** States of the pages of ideas and features. */
export const PLANNING: readonly string[] = [
	'idea',
	'idea-without-features',
	'idea-archived',
	'idea-conflict',
	'feature-open',
	'feature-alone',
	'earlier-texts',
	'no-earlier-texts',
	'selection',
	'tag-dialog',
	'tags',
	'no-tags',
	'trash',
	'search',
	'search-results',
	'search-without-results',
	'palette',
	'shortcuts',
	'waiting-for-ideas',
	'waiting-for-an-idea',
	'waiting-for-search',
	'waiting-for-trash'
];

/** Steps of an import. */
export const IMPORTS: readonly string[] = [
	'import',
	'import-before',
	'import-broken-off',
	'import-reading',
	'import-waiting',
	'import-refused',
	'import-preview',
	'import-without-room',
	'import-done'
];

/** States of the pages of computers. */
export const COMPUTERS: readonly string[] = [
	'devices',
	'no-devices',
	'devices-full',
	'device-renamed',
	'pair',
	'pair-refused',
	'pair-asking',
	'pair-elsewhere',
	'pair-expired',
	'pair-approved',
	'pair-denied',
	'pair-not-fresh'
];

/** How a terminal may stand, and what is beside it. */
export const TERMINALS: readonly string[] = [
	'terminal-words',
	'terminal-key-changed',
	'terminal-none',
	'terminal-list',
	'terminal-connecting',
	'terminal-live',
	'terminal-reconnecting',
	'terminal-app-offline',
	'terminal-relay-offline',
	'terminal-runner-offline',
	'terminal-asked',
	'terminal-replaced',
	'terminal-revoked',
	'terminal-refused',
	'terminal-signed-out',
	'terminal-ended'
];

/** Every state that has a page here. */
export const STATE_NAMES: readonly string[] = [
	...WITHIN,
	...PLANNING,
	...IMPORTS,
	...COMPUTERS,
	...TERMINALS,
	...Object.keys(PAGES),
	...Object.keys(ENDINGS)
];
