import { PROBES } from '$lib/probes';
import { THRESHOLDS } from '$lib/thresholds';
import { count } from '$lib/time';
import { readDatabaseErrors, readNewErrors, readPageSpeed } from './alert-figures';
import {
	readCertificates,
	readChain,
	readChannels,
	readConnections,
	readDependencies,
	readFailedMails,
	readLateMails,
	readProblems,
	readRefusals,
	readRefusedMessages,
	readRelay,
	readStuckMessages,
	readTaskStates,
	readUnsealed
} from './alert-readings';
import { readProbes } from './probe-readings';
import { readErrors, readLevels, readSlowness } from './alert-traffic';

/** From the gravest: nobody can use Coda, something central fails, something smaller fails, it looks wrong. */
export type Severity = 1 | 2 | 3 | 4;

/** The parts of Coda that the status page names. */
export const COMPONENTS = {
	app: 'Coda itself',
	signIn: 'Signing in',
	ideas: 'Ideas',
	mail: 'Mails',
	terminals: 'Terminals'
} as const;

/** A part of Coda. */
export type Component = keyof typeof COMPONENTS;

/** What a rule read of one subject. */
export interface Reading {
	/** Which one of what the rule looks at; none where there is only one. */
	subject?: string;
	isBad: boolean;
	/** How it is, in a few words: `82 of 100 in use`. */
	says: string;
	/** Where it is not the rule's own. */
	severity?: number;
}

/** Something that is looked at twice a minute, and told when it is wrong. */
export interface Rule {
	/** What is wrong, as the first words of a message. */
	title: string;
	severity: Severity;
	/** From where on a reading is bad, in words. */
	threshold: string;
	/** A reading has to be bad for so long. */
	windowSeconds: number;
	/** And good for so long until it is over; what comes back before belongs to the same alert. */
	clearSeconds: number;
	/** What of the status page it concerns, and how; an alert that is less grave only degrades: than its rule, or than `downFrom`. */
	concerns?: {
		components: readonly Component[];
		effect: 'degraded' | 'down';
		downFrom?: Severity;
	};
	/** The parts that a subject concerns, where that differs. */
	componentsOf?: Readonly<Record<string, readonly Component[]>>;
	/** What feeds it is paused in maintenance: then it is not read, nor until that has caught up. */
	restsInMaintenance?: true;
	/** What to do first. */
	firstStep: string;
	/** Where it is looked at. */
	href: string;
	read: () => Promise<Reading[]>;
}

const MINUTE = 60;

/**
 * Every rule, by its key. One more is one more entry: whatever it reads, the check, the page, the channels and
 * the documents take it from here.
 */
export const RULES = {
	dependency: {
		title: 'A dependency does not answer',
		severity: 1,
		threshold: 'anything but up',
		windowSeconds: 2 * MINUTE,
		clearSeconds: 2 * MINUTE,
		concerns: { components: [], effect: 'down' },
		componentsOf: { database: ['app', 'signIn', 'ideas'], mail: ['mail', 'signIn'] },
		firstStep: 'See which one on the overview, and at its provider’s status page.',
		href: '/admin',
		read: readDependencies
	},
	errors: {
		title: 'Answers are errors of ours',
		severity: 1,
		threshold: `more than ${THRESHOLDS.errorShare * 100} of 100 in five minutes; above ${THRESHOLDS.graveErrorShare * 100} it is severity 1`,
		windowSeconds: MINUTE,
		clearSeconds: 5 * MINUTE,
		concerns: { components: ['app', 'ideas'], effect: 'down' },
		firstStep: 'See which routes fail on the overview, and whether that began with a release.',
		href: '/admin',
		read: readErrors
	},
	slow: {
		title: 'Coda is slow',
		severity: 2,
		threshold: `5 of 100 pages above ${THRESHOLDS.slowPageMs / 1_000} s, or calls above ${THRESHOLDS.slowCallMs / 1_000} s`,
		windowSeconds: 2 * MINUTE,
		clearSeconds: 5 * MINUTE,
		concerns: { components: ['app'], effect: 'degraded' },
		firstStep: 'See which routes are slow on the overview, and how the database is.',
		href: '/admin',
		read: readSlowness
	},
	'service-level': {
		title: 'A month’s budget burns too fast',
		severity: 2,
		threshold: '14.4 × in an hour or 6 × in six: severity 2; 1 × in three days: severity 3',
		windowSeconds: 0,
		clearSeconds: 10 * MINUTE,
		firstStep: 'See which level on the overview, and which routes fail or are slow.',
		href: '/admin',
		read: readLevels
	},
	task: {
		title: 'A task failed or was missed',
		severity: 3,
		threshold: 'failed, past its grace, or running too long',
		windowSeconds: 0,
		clearSeconds: 0,
		restsInMaintenance: true,
		firstStep: 'Open its last run, mend the cause, and run it.',
		href: '/admin/crons',
		read: readTaskStates
	},
	'mail-late': {
		title: 'Mails do not leave',
		severity: 2,
		threshold: `due for more than ${count(THRESHOLDS.mailLateSeconds / 60, 'minute')}`,
		windowSeconds: 0,
		clearSeconds: MINUTE,
		concerns: { components: ['mail', 'signIn'], effect: 'degraded' },
		restsInMaintenance: true,
		firstStep: 'Read what the last attempt said, and look at the mail service.',
		href: '/admin/mail?state=pending',
		read: readLateMails
	},
	'mail-failed': {
		title: 'Mails were given up',
		severity: 3,
		threshold: `${THRESHOLDS.mailsFailedPerHour} or more in an hour`,
		windowSeconds: 0,
		clearSeconds: 5 * MINUTE,
		concerns: { components: ['mail'], effect: 'degraded' },
		firstStep: 'Read why, then send them again.',
		href: '/admin/mail?state=failed',
		read: readFailedMails
	},
	outbox: {
		title: 'Messages wait in the outbox',
		severity: 3,
		threshold: `the oldest for more than ${count(THRESHOLDS.messageLateSeconds / 60, 'minute')}`,
		windowSeconds: 0,
		clearSeconds: MINUTE,
		restsInMaintenance: true,
		firstStep: 'See whether send-outbox runs, and who does not take them.',
		href: '/admin/crons?task=send-outbox',
		read: readStuckMessages
	},
	'audit-chain': {
		title: 'The audit was rewritten',
		severity: 1,
		threshold: 'any entry that is not as it was sealed',
		windowSeconds: 0,
		clearSeconds: 60 * MINUTE,
		firstStep: 'Treat it as a break-in: keep a copy of the database, then verify the whole chain.',
		href: '/admin/audit',
		read: readChain
	},
	'audit-unsealed': {
		title: 'The audit is not sealed',
		severity: 3,
		threshold: `an entry waits for more than ${count(THRESHOLDS.auditUnsealedSeconds / 60, 'minute')}`,
		windowSeconds: 0,
		clearSeconds: MINUTE,
		restsInMaintenance: true,
		firstStep: 'See whether seal-audit runs.',
		href: '/admin/crons?task=seal-audit',
		read: readUnsealed
	},
	connections: {
		title: 'The database runs out of connections',
		severity: 2,
		threshold: `more than ${THRESHOLDS.connectionsUsedShare * 100} of 100`,
		windowSeconds: MINUTE,
		clearSeconds: 2 * MINUTE,
		firstStep: 'See who holds them, and whether DATABASE_URL leads to the pooler.',
		href: '/admin#connections',
		read: readConnections
	},
	'database-errors': {
		title: 'Statements of the database fail',
		severity: 2,
		threshold: `${THRESHOLDS.databaseErrorsPerMinute} or more in a minute`,
		windowSeconds: MINUTE,
		clearSeconds: 5 * MINUTE,
		concerns: { components: ['app', 'ideas'], effect: 'degraded' },
		firstStep: 'See which kind fails on the page of the database, and whether it is full.',
		href: '/admin/database',
		read: readDatabaseErrors
	},
	'new-error': {
		title: 'An error nobody has seen before',
		severity: 3,
		threshold: `a new kind, or one that came back, within ${count(THRESHOLDS.newErrorMinutes, 'minute')}; of browsers and runners it is severity 4`,
		windowSeconds: 0,
		clearSeconds: 0,
		firstStep: 'Read its stack, and whether it began with a release.',
		href: '/admin/errors',
		read: readNewErrors
	},
	'page-speed': {
		title: 'Pages feel slow',
		severity: 3,
		threshold: `poor for one of four in an hour: LCP above 4 s, INP above 500 ms, CLS above 0.25`,
		windowSeconds: 5 * MINUTE,
		clearSeconds: 10 * MINUTE,
		firstStep: 'See which pages and devices, and whether that began with a release.',
		href: '/admin/analytics/vitals',
		read: readPageSpeed
	},
	'rate-limits': {
		title: 'Many come too often',
		severity: 3,
		threshold: `${THRESHOLDS.rateLimitedAtOnce} or more at once`,
		windowSeconds: 2 * MINUTE,
		clearSeconds: 5 * MINUTE,
		firstStep: 'See who it is in the log; halve the limits if it hurts the others.',
		href: '/admin/switches#rateMultiplier',
		read: readRefusals
	},
	relay: {
		title: 'The relay is silent',
		severity: 3,
		threshold: `unheard of for more than ${count(THRESHOLDS.relaySilentSeconds / 60, 'minute')}`,
		windowSeconds: 0,
		clearSeconds: MINUTE,
		concerns: { components: ['terminals'], effect: 'down' },
		firstStep: 'Ask the relay’s readiness, then its host.',
		href: '/admin',
		read: readRelay
	},
	probe: {
		title: 'What people do does not work',
		severity: 2,
		threshold: 'signing in or ideas failed twice in a row when Coda tried',
		windowSeconds: 0,
		clearSeconds: 0,
		concerns: { components: [], effect: 'down' },
		componentsOf: { [PROBES.signIn.title]: ['signIn'], [PROBES.ideas.title]: ['ideas'] },
		firstStep: 'See at which step it failed, then try again.',
		href: '/admin/probes',
		read: () => readProbes(['signIn', 'ideas'])
	},
	'probe-export': {
		title: 'The export does not work',
		severity: 3,
		threshold: 'failed twice in a row when Coda tried',
		windowSeconds: 0,
		clearSeconds: 0,
		concerns: { components: ['ideas'], effect: 'degraded' },
		firstStep: 'See at which step it failed, then try again.',
		href: '/admin/probes',
		read: () => readProbes(['export'])
	},
	'probe-relay': {
		title: 'No bytes go through the relay',
		severity: 3,
		threshold: 'no echo twice in a row when Coda tried',
		windowSeconds: 0,
		clearSeconds: 0,
		concerns: { components: ['terminals'], effect: 'down' },
		firstStep: 'See whether the relay was reached, and whether it took the ticket.',
		href: '/admin/probes',
		read: () => readProbes(['relayEcho'])
	},
	problems: {
		title: 'People report problems',
		severity: 3,
		threshold: `${THRESHOLDS.problemsPerHour} or more in an hour`,
		windowSeconds: 0,
		clearSeconds: 10 * MINUTE,
		firstStep: 'Read them: the page, the version and the request are named.',
		href: '/admin/problems',
		read: readProblems
	},
	certificate: {
		title: 'A certificate ends soon',
		severity: 3,
		threshold: `less than ${count(THRESHOLDS.certificateDays, 'day')} left`,
		windowSeconds: 0,
		clearSeconds: 0,
		firstStep: 'See at the host why it was not renewed.',
		href: '/admin/alerts',
		read: readCertificates
	},
	channel: {
		title: 'A channel does not take alerts',
		severity: 3,
		threshold: `${count(THRESHOLDS.alertAttempts, 'failed attempt')}`,
		windowSeconds: 0,
		clearSeconds: 5 * MINUTE,
		firstStep: 'Send a test message, and look at what it says.',
		href: '/admin/alerts#channels',
		read: readChannels
	},
	'refused-message': {
		title: 'A channel refused an alert',
		severity: 4,
		threshold: 'one given up within an hour',
		windowSeconds: 0,
		clearSeconds: 0,
		firstStep: 'See here what the alert said, and at the channel what it takes.',
		href: '/admin/alerts#channels',
		read: readRefusedMessages
	}
} as const satisfies Record<string, Rule>;

/** The key of a rule in the table. */
export type RuleKey = keyof typeof RULES;

/** Rules of the check itself, and of monitors outside, which are in no table because nothing is read for them. */
export const OTHER_RULES = {
	unreadable: {
		title: 'A rule cannot be read',
		severity: 3,
		threshold: 'an error, or no answer in its time',
		windowSeconds: MINUTE,
		clearSeconds: 0,
		firstStep:
			'Read the error beside the rule. While it lasts, nobody is told of what the rule watches.',
		href: '/admin/alerts#rules'
	},
	away: {
		title: 'Coda did not answer',
		severity: 1,
		threshold: 'no answer to the relay for two minutes, told when it is over',
		windowSeconds: 2 * MINUTE,
		clearSeconds: 0,
		concerns: { components: ['app', 'signIn', 'ideas'], effect: 'down' },
		firstStep:
			'See at the host what happened at that time: a deploy, a crash, or the network between.',
		href: '/admin/alerts'
	},
	outside: {
		title: 'A monitor outside reports',
		severity: 2,
		threshold: 'whatever the monitor says',
		windowSeconds: 0,
		clearSeconds: 0,
		concerns: { components: ['app'], effect: 'down', downFrom: 1 },
		firstStep: 'See what the monitor saw, and from where.',
		href: '/admin/alerts'
	}
} as const satisfies Record<string, Omit<Rule, 'read'>>;

/** The key of whatever can raise an alert. */
export type AnyRuleKey = RuleKey | keyof typeof OTHER_RULES;

const ALL: Record<AnyRuleKey, Omit<Rule, 'read'>> = { ...RULES, ...OTHER_RULES };

/** Every key, in the order of the table. */
export const RULE_KEYS = Object.keys(ALL) as AnyRuleKey[];

/** Whether there is a rule of this name in this release. */
export const isRule = (key: string): key is AnyRuleKey => Object.hasOwn(ALL, key);

/** What is known of a rule; one that an older release had speaks for itself. */
export const ruleOf = (key: string): Omit<Rule, 'read'> =>
	isRule(key) ? ALL[key] : { ...OTHER_RULES.unreadable, title: key };
