import { SEVERITIES, STATUS_WORDS } from '$lib/incident-clocks';
import type { IncidentId } from '$lib/schemas/incidents';
import { count } from '$lib/time';
import type { PersonalActor } from './actor';
import { getIncident } from './incidents';
import { incidentTimeline, type TimelineEntry } from './incident-timeline';

/** A file to go on writing in. */
export interface Postmortem {
	filename: string;
	markdown: string;
}

const time = (at: Date | null): string =>
	at ? `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'not yet';

/** What is to be written after an incident, with all that is known of it. @throws NOT_FOUND */
export async function writePostmortem(admin: PersonalActor, id: IncidentId): Promise<Postmortem> {
	const [incident, timeline] = await Promise.all([
		getIncident(admin, id),
		incidentTimeline(admin, id)
	]);
	const { number, title, severity, status, openedAt, resolvedAt, owner, actions } = incident;
	const means = SEVERITIES.find((one) => one.severity === severity)?.means ?? '';
	const lasted = resolvedAt
		? count(Math.max(1, Math.round((resolvedAt.valueOf() - openedAt.valueOf()) / 60_000)), 'minute')
		: 'it goes on';
	const parts = [
		`# Incident ${number}: ${plain(title)}`,
		[
			'| What | |',
			'| --- | --- |',
			`| Severity | ${severity} (${means}) |`,
			`| Status | ${STATUS_WORDS[status]} |`,
			`| Noticed | ${time(openedAt)} |`,
			`| Acknowledged | ${time(incident.acknowledgedAt)} |`,
			`| Over | ${time(resolvedAt)} |`,
			`| Lasted | ${lasted} |`,
			`| Looked after by | ${owner ? plain(owner.email) : 'nobody'} |`
		].join('\n'),
		section('What happened', '_In two or three sentences, for somebody who was not there._'),
		section('Effect', '_Who noticed it, what they could not do, for how long, and what was lost._'),
		section('Timeline', timelineTable(timeline)),
		section(
			'Causes',
			'_What had to come together. Ask why until the answer is a thing to change._'
		),
		section('What went well', '_What kept it from being worse._'),
		section('Actions', actionList(actions)),
		section('Checklist', CHECKLIST.map((line) => `- [ ] ${line}`).join('\n'))
	];
	return { filename: `incident-${number}.md`, markdown: `${parts.join('\n\n')}\n` };
}

const CHECKLIST = [
	'runbooks updated: whoever is next finds the way in docs/operations',
	'every action has an owner and a date',
	'an alert would have told of it, or a rule was added',
	'a test would have caught it, or was added',
	'whoever reported it was answered',
	'the status page says that it is over'
];

const section = (heading: string, body: string): string => `## ${heading}\n\n${body}`;

/** A text on one line of Markdown, which opens no link, table or tag. */
const plain = (text: string): string =>
	text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, (one) => `\\${one}`);

function timelineTable(timeline: TimelineEntry[]): string {
	const rows = timeline.map(
		({ at, kind, text, by }) =>
			`| ${time(at)} | ${kind} | ${plain(text)}${by ? ` (${plain(by)})` : ''} |`
	);
	return ['| When | What | |', '| --- | --- | --- |', ...rows].join('\n');
}

function actionList(
	actions: {
		text: string;
		dueOn: Date | null;
		doneAt: Date | null;
		owner: { email: string } | null;
	}[]
): string {
	if (actions.length === 0)
		return '_Nothing was written down. What keeps it from happening again?_';
	return actions
		.map(({ text, dueOn, doneAt, owner }) => {
			const due = dueOn ? `, by ${dueOn.toISOString().slice(0, 10)}` : '';
			return `- [${doneAt ? 'x' : ' '}] ${plain(text)} (${owner ? plain(owner.email) : 'nobody'}${due})`;
		})
		.join('\n');
}
