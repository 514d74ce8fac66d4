import { THRESHOLDS } from '$lib/thresholds';
import { count } from '$lib/time';
import { msText, shareText } from './figures';
import type { PageData } from './$types';

/** Something that an operator should look at, and where. */
export interface Attention {
	tone: 'warning' | 'danger';
	text: string;
	href: string;
	action: string;
}

type Overview = Pick<PageData['overview'], 'figures' | 'switched' | 'connections' | 'chain'> & {
	glance: PageData['glance'];
};

/** What in the overview asks for somebody, the gravest first. @param now of the server */
export function attentionIn(overview: Overview, now: Date): Attention[] {
	const found = [
		...dependencies(overview),
		...traffic(overview),
		...mails(overview),
		...connections(overview),
		...chain(overview, now),
		...switches(overview)
	];
	return found.toSorted((a, b) => Number(b.tone === 'danger') - Number(a.tone === 'danger'));
}

/** For how long, in words that one takes in at once. */
function lasting(minutes: number): string {
	if (minutes < 120) return count(Math.round(minutes), 'minute');
	return minutes < 48 * 60
		? count(Math.round(minutes / 60), 'hour')
		: count(Math.round(minutes / 1_440), 'day');
}

/** Where the way down from a dependency leads. */
const PLACES: Record<string, [href: string, action: string]> = {
	tasks: ['/admin/crons', 'Look at the tasks'],
	mail: ['/admin/mail', 'Look at the mails']
};

function dependencies({ glance }: Overview): Attention[] {
	return glance.readiness.checks
		.filter(({ status }) => status !== 'up')
		.map(({ name, status, details }) => {
			const [href, action] = PLACES[name] ?? ['/readyz?verbose', 'What the checks say'];
			const which = details.down ? `: ${details.down}` : '';
			return {
				tone: status === 'down' ? 'danger' : 'warning',
				text: `${name[0]?.toUpperCase()}${name.slice(1)}: ${status}${which}.`,
				href,
				action
			};
		});
}

const LEVEL_WORDS = {
	page: { tone: 'danger', text: 'burns its budget of the month within days' },
	ticket: { tone: 'warning', text: 'uses up its budget before the month is over' }
} as const;

function traffic({ glance }: Overview): Attention[] {
	const found: Attention[] = [];
	const { errorShare, p95Ms } = glance.traffic;
	if (errorShare > THRESHOLDS.errorShare) {
		const text = `${shareText(errorShare)} of the answers are errors.`;
		found.push({ tone: 'danger', text, href: '#traffic', action: 'Which routes' });
	}
	if ((p95Ms ?? 0) > THRESHOLDS.slowCallMs) {
		const text = `Every twentieth answer takes more than ${msText(p95Ms)}.`;
		found.push({ tone: 'warning', text, href: '#traffic', action: 'Which routes' });
	}
	for (const { title, alarm } of glance.levels) {
		if (!alarm) continue;
		const { tone, text } = LEVEL_WORDS[alarm];
		found.push({ tone, text: `${title} ${text}.`, href: '#levels', action: 'How fast' });
	}
	if (glance.dropped > 0) {
		const text = `${count(glance.dropped, 'request')} could not be counted: the database was away for long.`;
		found.push({ tone: 'warning', text, href: '#dependencies', action: 'How it is now' });
	}
	if (glance.droppedSpans > 0) {
		const text = `${count(glance.droppedSpans, 'span')} never reached the receiver of traces.`;
		found.push({ tone: 'warning', text, href: '#dependencies', action: 'How it is now' });
	}
	if (glance.relay.state === 'away') {
		const text = 'The relay does not answer: terminals wait.';
		found.push({ tone: 'warning', text, href: '#dependencies', action: 'Why' });
	}
	return found;
}

function mails({ figures }: Overview): Attention[] {
	const found: Attention[] = [];
	if (figures.oldestMailSeconds > THRESHOLDS.mailLateSeconds) {
		found.push({
			tone: 'danger',
			text: `A mail has been due for ${lasting(figures.oldestMailSeconds / 60)}: people may be waiting to sign in.`,
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
	return found;
}

function connections({ connections }: Overview): Attention[] {
	const { taken, available, groups } = connections;
	const found: Attention[] = [];
	if (taken > available * THRESHOLDS.connectionsUsedShare) {
		found.push({
			tone: 'danger',
			text: `The database has ${taken} of ${available} connections in use.`,
			href: '/admin/database',
			action: 'Who holds them'
		});
	}
	const forgotten = groups.find(
		({ state, oldestTransactionSeconds }) =>
			state.startsWith('idle in transaction') &&
			oldestTransactionSeconds > THRESHOLDS.idleInTransactionSeconds
	);
	if (forgotten) {
		found.push({
			tone: 'warning',
			text: `${forgotten.application || 'A program'} has a transaction open and does nothing in it.`,
			href: '/admin/database',
			action: 'Look at the connections'
		});
	}
	return found;
}

function chain({ chain }: Overview, now: Date): Attention[] {
	const waitedMs = chain.waitingSince ? now.valueOf() - chain.waitingSince.valueOf() : 0;
	if (waitedMs < THRESHOLDS.auditUnsealedSeconds * 1_000) return [];
	return [
		{
			tone: 'warning',
			text: `Entries of the audit have waited for ${lasting(waitedMs / 60_000)} to be sealed.`,
			href: '/admin/audit',
			action: 'Look at the audit'
		}
	];
}

function switches({ switched }: Overview): Attention[] {
	return switched.map(({ title, inWords }) => ({
		tone: 'warning' as const,
		text: `${title}: ${inWords}.`,
		href: '/admin/switches',
		action: 'Look at the switches'
	}));
}
