import {
	AddIncidentAction,
	AddIncidentNote,
	IncidentId,
	ListIncidents,
	OpenIncident,
	PublishIncident,
	SetIncidentAction,
	SetIncidentStatus,
	UpdateIncident
} from '$lib/schemas/incidents';
import {
	addIncidentAction,
	addIncidentNote,
	publishIncident,
	setIncidentAction
} from '$lib/server/services/incident-notes';
import { incidentTimeline } from '$lib/server/services/incident-timeline';
import {
	acknowledgeIncident,
	getIncident,
	listIncidents,
	openIncident,
	setIncidentStatus,
	updateIncident
} from '$lib/server/services/incidents';
import { writePostmortem } from '$lib/server/services/postmortem';
import { adminProcedure, router } from '../init';

export const incidents = router({
	/** One page, the latest first. `cursor` is the last page's `nextCursor`. */
	list: adminProcedure
		.input(ListIncidents)
		.query(({ ctx, input }) => listIncidents(ctx.actor, input)),

	get: adminProcedure.input(IncidentId).query(({ ctx, input }) => getIncident(ctx.actor, input)),

	/** What happened around it, in its order. */
	timeline: adminProcedure
		.input(IncidentId)
		.query(({ ctx, input }) => incidentTimeline(ctx.actor, input)),

	/** A file to go on writing in. */
	postmortem: adminProcedure
		.input(IncidentId)
		.query(({ ctx, input }) => writePostmortem(ctx.actor, input)),

	/** By hand, from an alert, or from what somebody reported. */
	open: adminProcedure
		.input(OpenIncident)
		.mutation(({ ctx, input }) => openIncident(ctx.actor, input)),

	update: adminProcedure
		.input(UpdateIncident)
		.mutation(({ ctx, input }) => updateIncident(ctx.actor, input)),

	acknowledge: adminProcedure
		.input(IncidentId)
		.mutation(({ ctx, input }) => acknowledgeIncident(ctx.actor, input)),

	setStatus: adminProcedure
		.input(SetIncidentStatus)
		.mutation(({ ctx, input }) => setIncidentStatus(ctx.actor, input)),

	addNote: adminProcedure
		.input(AddIncidentNote)
		.mutation(({ ctx, input }) => addIncidentNote(ctx.actor, input)),

	publish: adminProcedure
		.input(PublishIncident)
		.mutation(({ ctx, input }) => publishIncident(ctx.actor, input)),

	addAction: adminProcedure
		.input(AddIncidentAction)
		.mutation(({ ctx, input }) => addIncidentAction(ctx.actor, input)),

	setAction: adminProcedure
		.input(SetIncidentAction)
		.mutation(({ ctx, input }) => setIncidentAction(ctx.actor, input))
});
