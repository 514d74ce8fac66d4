import type pg from 'pg';

/** What the seed made is known by the beginning of its ids and of its commits. */
const MARK = '5eed0b5e';

/** An id that a text always gives, as SQL. @param text an SQL expression: `'mail' || n` */
export const idFrom = (text: string): string =>
	`('${MARK}-' || substr(h, 1, 4) || '-8' || substr(h, 5, 3) || '-a' || substr(h, 8, 3) || '-' || substr(h, 11, 12))::uuid`.replaceAll(
		/\bh\b/g,
		`md5(${text})`
	);

/** The id of one thing that other parts refer to. */
export const seedId = (number: number): string =>
	`${MARK}-0000-8000-a000-${String(number).padStart(12, '0')}`;

/** The commits that served, the newest first. */
export const COMMITS = Array.from(
	{ length: 6 },
	(_, place) => `${MARK}${place}${'c0ffee1234567890abcdef0badf00d1'.slice(0, 31)}`
) as [string, string, string, string, string, string];

/** A number from 0 to 1 that looks like chance and is always the same, as SQL. @param seed an SQL expression */
export const noise = (seed: string): string =>
	`((hashint4((${seed})::int)::bigint & 65535) / 65535.0)`;

const BY_ID = [
	...['incident_actions', 'incident_entries', 'problem_reports', 'alerts', 'alert_channels'],
	...['error_groups', 'log_lines', 'task_runs', 'outbox', 'page_views', 'web_vitals', 'lab_runs'],
	...['runners', 'sessions', 'probe_runs']
];

/** Takes away what an earlier run made, but for what stays: people, incidents and the audit. */
export async function forgetSeeded(client: pg.Client): Promise<void> {
	for (const table of BY_ID) {
		await client.query(
			`DELETE FROM ${table} WHERE id BETWEEN '${MARK}-0000-0000-0000-000000000000'
				AND '${MARK}-ffff-ffff-ffff-ffffffffffff'`
		);
	}
	await client.query(`DELETE FROM request_totals WHERE release LIKE '${MARK}%'`);
	await client.query(`DELETE FROM releases WHERE commit LIKE '${MARK}%'`);
}
