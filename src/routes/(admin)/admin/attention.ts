import { count } from '$lib/time';
import type { PageData } from './$types';

/** Something that an operator should look at, and where. */
export interface Attention {
	tone: 'warning' | 'danger';
	text: string;
	href: string;
	action: string;
}

/** A mail that is due for longer than this says that mail does not leave. */
const MAIL_LATE_SECONDS = 600;

/** What in the overview asks for somebody, the gravest first. */
export function attentionIn({ readiness, figures }: PageData['overview']): Attention[] {
	const found: Attention[] = [];
	for (const { name, status } of readiness.checks) {
		if (status === 'up') continue;
		found.push({
			tone: status === 'down' ? 'danger' : 'warning',
			text: `${name[0]?.toUpperCase()}${name.slice(1)} is ${status}.`,
			...(name === 'tasks'
				? { href: '/admin/crons', action: 'Look at the tasks' }
				: { href: '/readyz', action: 'What the checks say' })
		});
	}
	if (figures.oldestMailSeconds > MAIL_LATE_SECONDS) {
		const minutes = Math.round(figures.oldestMailSeconds / 60);
		found.push({
			tone: 'danger',
			text: `A mail has been due for ${minutes} minutes: people may be waiting to sign in.`,
			href: '/admin/mail?state=pending',
			action: 'Look at the mails'
		});
	}
	if (figures.mailsFailedToday > 0) {
		found.push({
			tone: 'warning',
			text: `Given up within a day: ${count(figures.mailsFailedToday, 'mail')}.`,
			href: '/admin/mail?state=failed',
			action: 'Look at the mails'
		});
	}
	return found.toSorted((a, b) => Number(b.tone === 'danger') - Number(a.tone === 'danger'));
}
