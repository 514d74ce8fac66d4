import { lasting } from '$lib/lasting';
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
	/** The rule that says the same once it fires, for each of its subjects where it has some. */
	rule?: Firing['rule'];
	subjects?: readonly string[];
}

/** An alert that fires, as far as it matters here. */
type Firing = Pick<PageData['firing'][number], 'rule' | 'subject'>;

type Overview = Pick<PageData['overview'], 'figures' | 'switched' | 'connections' | 'chain'> & {
	glance: PageData['glance'];
};

/**
 * What in the overview asks for somebody, the gravest first, and is not said by what fires.
 *
 * @param now of the server
 */
export function attentionIn(overview: Overview, now: Date, firing: readonly Firing[]): Attention[] {
	const found = [
		...dependencies(overview),
		...traffic(overview),
		...mails(overview),
		...connections(overview),
		...chain(overview, now),
		...switches(overview)
	];
	return found
		.filter((one) => !isSaid(one, firing))
		.toSorted((a, b) => Number(b.tone === 'danger') - Number(a.tone === 'danger'));
}

function isSaid({ rule, subjects }: Attention, firing: readonly Firing[]): boolean {
	const fires = firing.filter((alert) => alert.rule === rule).map(({ subject }) => subject);
	return fires.length > 0 && (subjects ?? []).every((subject) => fires.includes(subject));
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
				...{ href, action },
				...(name === 'tasks'
					? { rule: 'task', subjects: details.down?.split(', ') }
					: { rule: 'dependency', subjects: [name] })
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
	const routes = { href: '#traffic', action: 'Which routes' };
	if (errorShare > THRESHOLDS.errorShare) {
		const text = `${shareText(errorShare)} of the answers are errors.`;
		found.push({ tone: 'danger', text, ...routes, rule: 'errors' });
	}
	if ((p95Ms ?? 0) > THRESHOLDS.slowCallMs) {
		const text = `Every twentieth answer takes more than ${msText(p95Ms)}.`;
		found.push({ tone: 'warning', text, ...routes, rule: 'slow' });
	}
	for (const { name, title, alarm } of glance.levels) {
		if (!alarm) continue;
		const { tone, text } = LEVEL_WORDS[alarm];
		found.push({
			...{ tone, text: `${title} ${text}.`, href: '#levels', action: 'How fast' },
			...{ rule: 'service-level', subjects: [name] }
		});
	}
	if (glance.dropped > 0) {
		const text = `${count(glance.dropped, 'request')} could not be counted: the database was away for long.`;
		found.push({ tone: 'warning', text, href: '#dependencies', action: 'How it is now' });
	}
	if (glance.droppedSpans > 0) {
		const text = `${count(glance.droppedSpans, 'span')} never reached the receiver of traces.`;
		found.push({ tone: 'warning', text, href: '#dependencies', action: 'How it is now' });
	}
	if (glance.shedReports > 0) {
		const text = `${count(glance.shedReports, 'report')} of views, speed or errors had to be refused: pages send more than a process can take.`;
		const href = '/admin/logs?text=Reports+of+pages+were+refused';
		found.push({ tone: 'warning', text, href, action: 'When' });
	}
	if (glance.relay.state === 'away') {
		const text = 'The relay does not answer: terminals wait.';
		found.push({ tone: 'warning', text, href: '#dependencies', action: 'Why', rule: 'relay' });
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
			action: 'Look at the mails',
			rule: 'mail-late'
		});
	}
	if (figures.mailsFailedToday > 0) {
		found.push({
			tone: 'warning',
			text: `Given up within a day: ${count(figures.mailsFailedToday, 'mail')}.`,
			href: '/admin/mail?state=failed',
			action: 'Look at the mails',
			rule: 'mail-failed'
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
			action: 'Who holds them',
			rule: 'connections'
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
			action: 'Look at the audit',
			rule: 'audit-unsealed'
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
