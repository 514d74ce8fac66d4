/** The pages of a person's account. */
export const ACCOUNT_PLACES: readonly { href: string; name: string }[] = [
	{ href: '/account', name: 'Profile' },
	{ href: '/account/security', name: 'Security' },
	{ href: '/account/preferences', name: 'Preferences' },
	{ href: '/account/activity', name: 'Activity' },
	{ href: '/account/data', name: 'Your data' }
];
