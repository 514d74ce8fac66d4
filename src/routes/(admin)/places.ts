/** The operator's pages, in the order in which one looks at them. */
export const ADMIN_PLACES: readonly { href: string; name: string }[] = [
	{ href: '/admin', name: 'Overview' },
	{ href: '/admin/alerts', name: 'Alerts' },
	{ href: '/admin/incidents', name: 'Incidents' },
	{ href: '/admin/people', name: 'People' },
	{ href: '/admin/audit', name: 'Audit' },
	{ href: '/admin/mail', name: 'Mail' },
	{ href: '/admin/crons', name: 'Tasks' },
	{ href: '/admin/switches', name: 'Switches' },
	{ href: '/admin/problems', name: 'Problems' },
	{ href: '/admin/costs', name: 'Costs' }
];
