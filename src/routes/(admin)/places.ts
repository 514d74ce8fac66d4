/** The operator's pages, in the order in which one looks at them. */
export const ADMIN_PLACES: readonly { href: string; name: string }[] = [
	{ href: '/admin', name: 'Overview' },
	{ href: '/admin/alerts', name: 'Alerts' },
	{ href: '/admin/incidents', name: 'Incidents' },
	{ href: '/admin/probes', name: 'Probes' },
	{ href: '/admin/errors', name: 'Errors' },
	{ href: '/admin/logs', name: 'Logs' },
	{ href: '/admin/analytics', name: 'Analytics' },
	{ href: '/admin/database', name: 'Database' },
	{ href: '/admin/crons', name: 'Tasks' },
	{ href: '/admin/mail', name: 'Mail' },
	{ href: '/admin/people', name: 'People' },
	{ href: '/admin/problems', name: 'Problems' },
	{ href: '/admin/audit', name: 'Audit' },
	{ href: '/admin/switches', name: 'Switches' },
	{ href: '/admin/costs', name: 'Costs' }
];
