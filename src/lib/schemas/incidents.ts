import * as z from 'zod';
import { INCIDENT_LIMITS } from '../incident-clocks';
import { LIMITS } from '../limits';
import { line, text } from './text';

/** How far those who work on an incident have got. */
export const INCIDENT_STATUSES = ['investigating', 'identified', 'monitoring', 'resolved'] as const;

/** How far an incident is. */
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

const id = z.uuid({ error: 'There is no such incident.' });
const severity = z
	.number({ error: 'Choose how grave it is.' })
	.int()
	.min(1, 'Choose how grave it is.')
	.max(4, 'Choose how grave it is.');

const filled = (rule: { label: string; maxChars: number }, message: string) =>
	line(rule).refine((value) => value !== '', message);
const title = filled({ label: 'Title', maxChars: INCIDENT_LIMITS.titleChars }, 'Give it a title.');
const words = (label: string) =>
	text({ label, maxChars: LIMITS.problemChars })
		.transform((value) => value.replace(/\r\n?/g, '\n').trim())
		.refine((value) => value !== '', 'Write a sentence or two.');

/** Which incident. */
export const IncidentId = z.object({ id });
export type IncidentId = z.output<typeof IncidentId>;

/** One page of incidents. */
export const ListIncidents = z.object({ cursor: z.string().max(200).optional() });
export type ListIncidents = z.output<typeof ListIncidents>;

/** A new incident, by hand or from what there is already. */
export const OpenIncident = z.object({
	/** Taken from the alert or the report, where it is left out. */
	title: line({ label: 'Title', maxChars: INCIDENT_LIMITS.titleChars }).default(''),
	severity: severity.optional(),
	alertId: z.uuid({ error: 'There is no such alert.' }).optional(),
	problemId: z.uuid({ error: 'There is no such report.' }).optional()
});
export type OpenIncident = z.output<typeof OpenIncident>;

/** What an incident is called, how grave it is, and who looks after it. */
export const UpdateIncident = z.object({
	id,
	title,
	severity,
	/** An admin; `null` for nobody. */
	ownerId: z.uuid({ error: 'Choose an admin.' }).nullable()
});
export type UpdateIncident = z.output<typeof UpdateIncident>;

/** How far it is, with a word to it. */
export const SetIncidentStatus = z.object({
	id,
	status: z.enum(INCIDENT_STATUSES, { error: 'Choose how far it is.' })
});
export type SetIncidentStatus = z.output<typeof SetIncidentStatus>;

/** Something to write down, for those who work on it or for everyone. */
export const AddIncidentNote = z.object({
	id,
	text: words('Note'),
	kind: z.enum(['note', 'update']).default('note')
});
export type AddIncidentNote = z.output<typeof AddIncidentNote>;

/** What the status page calls it; `null` takes it off. */
export const PublishIncident = z.object({ id, publicTitle: title.nullable() });
export type PublishIncident = z.output<typeof PublishIncident>;

const dueOn = z.iso.date({ error: 'That is no date.' }).nullable();

/** Something to do so that it does not happen again. */
export const AddIncidentAction = z.object({
	id,
	text: filled(
		{ label: 'Action', maxChars: INCIDENT_LIMITS.actionChars },
		'Say what is to be done.'
	),
	ownerId: z.uuid({ error: 'Choose an admin.' }).nullable(),
	dueOn
});
export type AddIncidentAction = z.output<typeof AddIncidentAction>;

/** Whether it is done. */
export const SetIncidentAction = z.object({
	/** Of the action. */
	id: z.uuid({ error: 'There is no such action.' }),
	isDone: z.boolean()
});
export type SetIncidentAction = z.output<typeof SetIncidentAction>;
