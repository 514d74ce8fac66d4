import * as z from 'zod';
import { LIMITS } from '../limits';
import { isTimeZone } from '../time';
import { line } from './text';

/** How an alert can reach people. */
export const CHANNEL_KINDS = ['mail', 'slack', 'discord', 'ntfy', 'json'] as const;

/** A new channel. */
export const AddChannel = z
	.object({
		kind: z.enum(CHANNEL_KINDS, { error: 'Choose how alerts are told.' }),
		name: line({ label: 'Name', maxChars: LIMITS.linkLabelChars }).refine(
			(value) => value !== '',
			'Give it a name.'
		),
		/** An address of mail, or of the web; none for a mail to every admin. */
		target: line({ label: 'Address', maxChars: LIMITS.linkUrlChars })
	})
	.refine(({ kind, target }) => kind !== 'mail' || !target || z.email().safeParse(target).success, {
		path: ['target'],
		message: 'That is no address. Leave it empty to write to every admin.'
	})
	.refine(({ kind, target }) => kind === 'mail' || URL.canParse(target), {
		path: ['target'],
		message: 'Paste the address that the service gave you.'
	});
export type AddChannel = z.output<typeof AddChannel>;

/** A channel of the table. */
export const ChannelId = z.object({ id: z.uuid({ error: 'There is no such channel.' }) });
export type ChannelId = z.output<typeof ChannelId>;

/** Any channel, the environment's as well. */
export const ChannelName = z.object({ id: z.string().min(1).max(60) });
export type ChannelName = z.output<typeof ChannelName>;

/** An alert. */
export const AlertId = z.object({ id: z.uuid({ error: 'There is no such alert.' }) });
export type AlertId = z.output<typeof AlertId>;

const key = z.string({ error: 'There is no such rule.' }).min(1).max(60);

/** Whether a rule is read, and until when it is silent. */
export const SetRule = z.object({
	key,
	isOn: z.boolean(),
	/** From now; `null` ends the silence. */
	silentMinutes: z.number().int().min(1).max(43_200, 'At most 30 days.').nullable()
});
export type SetRule = z.output<typeof SetRule>;

const minute = z
	.number({ error: 'Type a time like 22:00.' })
	.int()
	.min(0)
	.max(1_439, 'Type a time like 22:00.');

/** When nobody is woken for what can wait; `null` for never. */
export const SetQuietHours = z.object({
	hours: z
		.object({
			fromMinute: minute,
			untilMinute: minute,
			timeZone: z.string().refine(isTimeZone, 'There is no such time zone.'),
			fromSeverity: z.number().int().min(2, 'The gravest always wakes somebody.').max(4)
		})
		.refine(({ fromMinute, untilMinute }) => fromMinute !== untilMinute, {
			path: ['untilMinute'],
			message: 'They have to end at another time than they begin.'
		})
		.nullable()
});
export type SetQuietHours = z.output<typeof SetQuietHours>;

/** What an outside monitor says. */
export const OutsideSignal = z.object({
	/** The monitor's own name for what it watches; the same one ends what it began. */
	key: line({ label: 'Key', maxChars: 120 }).refine((value) => value !== '', 'A key is needed.'),
	state: z.enum(['firing', 'recovered']),
	severity: z.int().min(1).max(4).default(2),
	says: line({ label: 'Text', maxChars: 300 }).default('')
});
export type OutsideSignal = z.output<typeof OutsideSignal>;
