import { acknowledgeBy, isOverdue, type Clock } from '$lib/incident-clocks';
import type { IncidentStatus } from '$lib/schemas/incidents';
import { count } from '$lib/time';

/** What the clock of an incident goes by. */
interface Clocked extends Clock {
	status: IncidentStatus;
	acknowledgedAt: Date | null;
	resolvedAt: Date | null;
}

/** How far an incident is, as a colour. */
export function statusTone({ status }: Pick<Clocked, 'status'>): 'success' | 'warning' | 'danger' {
	if (status === 'resolved') return 'success';
	return status === 'investigating' ? 'danger' : 'warning';
}

const MINUTE = 60_000;

/** A length of time by its largest unit: `12 minutes`, `3 hours`, `2 days`. */
function lengthOf(ms: number): string {
	const minutes = Math.max(1, Math.floor(ms / MINUTE));
	if (minutes < 60) return count(minutes, 'minute');
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? count(hours, 'hour') : count(Math.floor(hours / 24), 'day');
}

/** Whether and when somebody has begun, or by when they have to. */
export function clockInWords(incident: Clocked, now: Date): string {
	const { openedAt, clockFrom, acknowledgedAt, resolvedAt } = incident;
	if (acknowledgedAt) {
		return `after ${lengthOf(acknowledgedAt.valueOf() - (clockFrom ?? openedAt).valueOf())}`;
	}
	if (resolvedAt) return 'never';
	const by = acknowledgeBy(incident).valueOf();
	return isOverdue(incident, now)
		? `overdue by ${lengthOf(now.valueOf() - by)}`
		: `${lengthOf(by - now.valueOf())} left`;
}

/** What each kind of line in a timeline is called. */
export const KIND_WORDS = {
	alert: 'Alert',
	switch: 'Switch',
	act: 'Act',
	note: 'Note',
	update: 'Told everyone',
	release: 'Release'
} as const;
