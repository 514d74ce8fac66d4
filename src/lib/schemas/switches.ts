import * as z from 'zod';
import { LIMITS } from '../limits';
import { line } from './text';

/** How far Coda is shut: `read-only` shows everything and saves nothing, `full` lets only admins in. */
export const MAINTENANCE_MODES = ['off', 'read-only', 'full'] as const;

/** How far Coda is shut. */
export type MaintenanceMode = (typeof MAINTENANCE_MODES)[number];

const DAY_SECONDS = 86_400;

const moment = (label: string) =>
	z.iso
		.datetime({ offset: true, error: `${label}: that is not a time.` })
		.nullable()
		.default(null);

const onOff = z.boolean({ error: 'Choose on or off.' });

/** A web address, or a path of this site. */
const linkHref = line({ label: 'Link', maxChars: LIMITS.linkUrlChars }).refine(
	(value) => /^\/(?![/\\])/.test(value) || (/^https?:\/\//i.test(value) && URL.canParse(value)),
	'Link must begin with http:// or https://, or with / for a page of Coda.'
);

/** What may be said of each switch, by its name. */
export const SWITCH_SHAPES = {
	maintenance: z.object({
		mode: z.enum(MAINTENANCE_MODES, { error: 'Choose off, read-only or full.' }),
		/** What people are told about it. */
		message: line({ label: 'Message', maxChars: LIMITS.announcementChars }).default(''),
		/** Until then it is only announced. */
		startsAt: moment('Start'),
		/** When it is expected to be over; what ends it is the switch. */
		until: moment('Expected end')
	}),
	announcement: z.object({
		id: z.uuid(),
		text: line({ label: 'Text', maxChars: LIMITS.announcementChars }).refine(
			(value) => value !== '',
			'Write what there is to announce.'
		),
		tone: z.enum(['info', 'warning'], { error: 'Choose info or warning.' }),
		link: z
			.object({
				href: linkHref,
				label: line({ label: 'Link label', maxChars: LIMITS.linkLabelChars }).transform(
					(value) => value || 'Read more'
				)
			})
			.nullable()
			.default(null)
	}),
	signUps: onOff,
	devMode: onOff,
	analytics: onOff,
	/** One visitor of so many is counted. */
	viewSampling: z
		.number({ error: 'Type a whole number from 1 to 100.' })
		.int('Type a whole number.')
		.min(1, 'At least 1, which counts everyone.')
		.max(100, 'At most 100.'),
	rateMultiplier: z
		.number({ error: 'Type a number from 0.1 to 10.' })
		.min(0.1, 'At least 0.1.')
		.max(10, 'At most 10.'),
	logStore: onOff,
	requestTotals: onOff,
	logLevel: z.enum(['debug', 'info', 'warn', 'error'], {
		error: 'Choose debug, info, warn or error.'
	})
} as const;

/** The name of a switch. */
export type SwitchName = keyof typeof SWITCH_SHAPES;

/** Every name, in the order in which one looks at them. */
export const SWITCH_NAMES = Object.keys(SWITCH_SHAPES) as SwitchName[];

/** Something to tell everyone, until they have read it. */
export type Announcement = z.output<typeof SWITCH_SHAPES.announcement>;

/** What each switch says; there may be nothing to announce. */
export type SwitchValues = {
	[Name in SwitchName]:
		z.output<(typeof SWITCH_SHAPES)[Name]> | (Name extends 'announcement' ? null : never);
};

const reason = line({ label: 'Reason', maxChars: LIMITS.reasonChars }).default('');

const change = <Name extends SwitchName>(name: Name) =>
	z.object({
		name: z.literal(name),
		value: SWITCH_SHAPES[name],
		/** After so many seconds the default is back; `null` keeps it until it is changed. */
		forSeconds: z
			.number({ error: 'That is not a duration.' })
			.int()
			.min(60, 'At least a minute.')
			.max(30 * DAY_SECONDS, 'At most 30 days.')
			.nullable()
			.default(null),
		reason,
		/** Said twice, where a slip would shut everyone out. */
		confirmed: z.boolean().default(false)
	});

/** Another state of one switch. */
export const SetSwitch = z.discriminatedUnion(
	'name',
	[
		change('maintenance'),
		change('signUps'),
		change('analytics'),
		change('viewSampling'),
		change('devMode'),
		change('rateMultiplier'),
		change('logLevel'),
		change('logStore'),
		change('requestTotals'),
		change('announcement')
	],
	{ error: 'There is no such switch.' }
);
export type SetSwitch = z.output<typeof SetSwitch>;

/** Back to the default. */
export const ClearSwitch = z.object({
	name: z.enum(SWITCH_NAMES, { error: 'There is no such switch.' }),
	reason
});
export type ClearSwitch = z.output<typeof ClearSwitch>;

/** Which announcement was read. */
export const AnnouncementId = z.object({ id: z.uuid({ error: 'There is no such announcement.' }) });
export type AnnouncementId = z.output<typeof AnnouncementId>;
