import type { AuditAction } from '$lib/audit-words';
import { db } from '$lib/server/db';
import { createAdmin } from './factories';

/** An act of an admin on an incident. */
async function onIncident(
	leaves: AuditAction,
	{ input = {}, changed = [] as string[] }: { input?: object; changed?: string[] } = {}
) {
	const { id } = await db.incident.create({
		data: { title: 'Mails do not leave', severity: 2 },
		select: { id: true }
	});
	return { as: await createAdmin(), input: { id, ...input }, leaves, changed };
}

/** An act of an admin on alerts. */
const onAlerts = async (leaves: AuditAction, input: object) => ({
	as: await createAdmin(),
	input,
	leaves
});

/** A channel that exists. */
const channel = () =>
	db.alertChannel.create({ data: { kind: 'mail', name: 'Somebody' }, select: { id: true } });

/** Calls about alerts and incidents that succeed, by their procedure, and the entry that each leaves. */
export const ALERT_ACTS = {
	'alerts.setRule': () =>
		onAlerts('alert.setRule', { key: 'relay', isOn: true, silentMinutes: 60 }),
	'alerts.endOutside': async () => {
		const { id } = await db.alert.create({
			data: { rule: 'outside', subject: 'probe', severity: 3, state: 'firing', says: 'down' },
			select: { id: true }
		});
		return onAlerts('alert.endOutside', { id });
	},
	'alerts.addChannel': () =>
		onAlerts('alert.addChannel', { kind: 'mail', name: 'Ada', target: 'ada@example.com' }),
	'alerts.removeChannel': async () => onAlerts('alert.removeChannel', await channel()),
	'alerts.testChannel': async () => onAlerts('alert.testChannel', await channel()),
	'alerts.setQuietHours': () =>
		onAlerts('alert.setQuietHours', {
			hours: { fromMinute: 0, untilMinute: 60, timeZone: 'UTC', fromSeverity: 3 }
		}),
	'incidents.open': () => onAlerts('incident.open', { title: 'Mails do not leave' }),
	'incidents.update': () =>
		onIncident('incident.update', {
			input: { title: 'No mail leaves', severity: 1, ownerId: null },
			changed: ['title', 'severity']
		}),
	'incidents.acknowledge': () => onIncident('incident.acknowledge'),
	'incidents.setStatus': () =>
		onIncident('incident.setStatus', { input: { status: 'identified' } }),
	'incidents.addNote': () => onIncident('incident.addNote', { input: { text: 'It is the key.' } }),
	'incidents.publish': () => onIncident('incident.publish', { input: { publicTitle: 'Mails' } }),
	'incidents.addAction': () =>
		onIncident('incident.addAction', {
			input: { text: 'Renew the key in time', ownerId: null, dueOn: '2026-12-01' }
		}),
	'incidents.setAction': async () => {
		const { id: incidentId } = await db.incident.create({
			data: { title: 'Mails do not leave', severity: 2 },
			select: { id: true }
		});
		const { id } = await db.incidentAction.create({
			data: { incidentId, text: 'Renew the key' },
			select: { id: true }
		});
		return onAlerts('incident.updateAction', { id, isDone: true });
	}
};
