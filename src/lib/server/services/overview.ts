import { SWITCH_NAMES } from '$lib/schemas/switches';
import { BUILT_AT, SCHEMA_VERSION } from '../build';
import { db } from '../db';
import { env } from '../env';
import { detailedReadiness, type DetailedReadiness } from '../health';
import { SWITCHES } from '../switch-table';
import { freshSwitches, switchNow } from '../switches';
import type { PersonalActor } from './actor';
import { chainState, type ChainState } from './audit-log';
import { countDatabaseConnections, type DatabaseConnections } from './database-connections';
import { isPerson } from './probe-identity';
import { inWords } from './switches';

/** How many there are of what, counted by the database in one statement. */
export interface Figures {
	people: number;
	joinedThisWeek: number;
	/** People whose browser was here within a day. */
	activeToday: number;
	admins: number;
	disabled: number;
	leaving: number;
	ideas: number;
	ideasThisWeek: number;
	mailsWaiting: number;
	/** How long the oldest due mail has waited; 0 when none has. */
	oldestMailSeconds: number;
	mailsFailedToday: number;
	problemsThisWeek: number;
}

/** What an operator wants to know before anything else. */
export interface Overview {
	readiness: DetailedReadiness;
	/** Switches that are not at their default. */
	switched: { name: string; title: string; inWords: string; until: Date | null }[];
	connections: DatabaseConnections;
	chain: ChainState;
	figures: Figures;
	/** People who joined on each of the last fourteen days (UTC), the oldest first. */
	joined: { day: string; people: number }[];
	release: { commit: string; tier: string; builtAt: string; schema: string };
}

/** The state of the whole: three statements, and the probes of readiness. Switches are known. */
export async function getOverview(admin: PersonalActor): Promise<Overview> {
	const [readiness, connections, chain, [counted]] = await Promise.all([
		detailedReadiness(),
		countDatabaseConnections(),
		chainState(admin),
		countAll(),
		freshSwitches()
	]);
	if (!counted) throw new Error('A SELECT without FROM gave no row.');
	const { joined, ...figures } = counted;
	const { release, tier } = env();
	return {
		readiness,
		switched: SWITCH_NAMES.flatMap((name) => {
			const { set, value } = switchNow(name);
			const { title } = SWITCHES[name];
			return set ? [{ name, title, inWords: inWords(name, value), until: set.expiresAt }] : [];
		}),
		connections,
		chain,
		figures,
		joined,
		release: { commit: release, tier, builtAt: BUILT_AT, schema: SCHEMA_VERSION }
	};
}

/** Everything that is counted, and who joined on which day, in one statement. */
const countAll = () => db.$queryRaw<(Figures & Pick<Overview, 'joined'>)[]>`
	SELECT u.*, i.*, o.*, (
		SELECT count(DISTINCT user_id)::int FROM sessions
		WHERE last_seen_at > now() - interval '1 day' AND ${isPerson('user_id')}
	) AS "activeToday", (
		SELECT count(*)::int FROM problem_reports WHERE created_at > now() - interval '7 days'
	) AS "problemsThisWeek", (
		SELECT jsonb_agg(jsonb_build_object('day', to_char(day, 'YYYY-MM-DD'), 'people', (
			SELECT count(*)::int FROM users AS u WHERE u.created_at >= day AT TIME ZONE 'UTC'
				AND u.created_at < (day + interval '1 day') AT TIME ZONE 'UTC' AND ${isPerson('u.id')}
		)) ORDER BY day)
		FROM generate_series(
			date_trunc('day', now() AT TIME ZONE 'UTC') - interval '13 days',
			date_trunc('day', now() AT TIME ZONE 'UTC'),
			interval '1 day'
		) AS day
	) AS joined
	FROM (
		SELECT count(*)::int AS people,
			count(*) FILTER (WHERE created_at > now() - interval '7 days')::int AS "joinedThisWeek",
			count(*) FILTER (WHERE role = 'admin')::int AS admins,
			count(*) FILTER (WHERE disabled_at IS NOT NULL)::int AS disabled,
			count(*) FILTER (WHERE delete_after IS NOT NULL)::int AS leaving
		FROM users WHERE ${isPerson('id')}
	) AS u, (
		SELECT count(*)::int AS ideas,
			count(*) FILTER (WHERE created_at > now() - interval '7 days')::int AS "ideasThisWeek"
		FROM ideas WHERE deleted_at IS NULL AND ${isPerson('owner_id')}
	) AS i, (
		SELECT count(*) FILTER (WHERE state = 'pending')::int AS "mailsWaiting",
			coalesce(extract(epoch FROM now() - min(next_attempt_at)
				FILTER (WHERE state = 'pending' AND next_attempt_at <= now())), 0)::int
				AS "oldestMailSeconds",
			count(*) FILTER (WHERE state = 'failed' AND created_at > now() - interval '1 day')::int
				AS "mailsFailedToday"
		FROM outbox WHERE state = 'pending' OR created_at > now() - interval '1 day'
	) AS o`;
