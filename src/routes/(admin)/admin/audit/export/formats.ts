import { stringify } from 'csv-stringify/sync';
import type { Caller } from '$lib/server/trpc/caller';

/** An entry as the API answers it. */
type Entry = Awaited<ReturnType<Caller['audit']['exportPage']>>['entries'][number];

/** The columns of a file, in their order. */
const flat = ({ origin, ...entry }: Entry) => ({
	sequence: entry.sequence,
	at: entry.at.toISOString(),
	actor_kind: entry.actorKind,
	actor_id: entry.actorId,
	actor_email: entry.actorEmail,
	action: entry.action,
	target_kind: entry.targetKind,
	target_id: entry.targetId,
	person_id: entry.personId,
	outcome: entry.outcome,
	changed: entry.changed,
	details: entry.details,
	address: typeof origin === 'object' ? origin.address : (origin ?? null),
	user_agent: typeof origin === 'object' ? origin.userAgent : null,
	place: typeof origin === 'object' ? origin.place : null,
	request_id: entry.requestId,
	id: entry.id,
	hash: entry.hash
});

const COLUMNS: (keyof ReturnType<typeof flat>)[] = [
	...(['sequence', 'at', 'actor_kind', 'actor_id', 'actor_email', 'action'] as const),
	...(['target_kind', 'target_id', 'person_id', 'outcome', 'changed', 'details'] as const),
	...(['address', 'user_agent', 'place', 'request_id', 'id', 'hash'] as const)
];

/** How the parts of a file are written. */
interface Format {
	type: string;
	head: string;
	rows: (entries: Entry[], isFirst: boolean) => string;
	foot: string;
}

/** The kinds of file. A spreadsheet must not take a text for a formula, so those are escaped. */
export const AUDIT_EXPORTS: Record<'csv' | 'json', Format> = {
	csv: {
		type: 'text/csv; charset=utf-8',
		head: stringify([COLUMNS]),
		rows: (entries) =>
			stringify(
				entries.map(flat).map((row) => ({
					...row,
					changed: row.changed.join(' '),
					details: row.details === null ? null : JSON.stringify(row.details)
				})),
				{ columns: COLUMNS, escape_formulas: true }
			),
		foot: ''
	},
	json: {
		type: 'application/json; charset=utf-8',
		head: '[',
		rows: (entries, isFirst) =>
			(isFirst ? '\n' : ',\n') + entries.map((entry) => JSON.stringify(flat(entry))).join(',\n'),
		foot: '\n]\n'
	}
};
