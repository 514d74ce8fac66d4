import { BUILT_AT, VERSION } from '../build';
import { db } from '../db';
import { env } from '../env';
import { Prisma } from '../prisma/client';

/** A commit that serves or has served. */
export interface ReleaseRow {
	commit: string;
	version: string;
	builtAt: Date;
	firstServedAt: Date;
	/** When a process of it last began. */
	lastStartedAt: Date;
	/** Whose push or command it was, where the platform says it. */
	deployedBy: string | null;
}

/** Writes down that this commit serves. Every process does it once. */
export async function noteRelease(): Promise<void> {
	const { release, CODA_DEPLOYED_BY, VERCEL_GIT_COMMIT_AUTHOR_LOGIN } = env();
	const deployedBy = CODA_DEPLOYED_BY ?? VERCEL_GIT_COMMIT_AUTHOR_LOGIN ?? null;
	await db.$executeRaw`
		INSERT INTO releases AS r (commit, version, built_at, deployed_by)
		VALUES (${release}, ${VERSION}, ${new Date(BUILT_AT)}, ${deployedBy})
		ON CONFLICT (commit) DO UPDATE SET last_started_at = now(),
			deployed_by = coalesce(EXCLUDED.deployed_by, r.deployed_by)`;
}

/** The last releases, the one that served last first, as a part of another statement. */
export const lastReleases = (take: number): Prisma.Sql => Prisma.sql`(
	SELECT coalesce(jsonb_agg(jsonb_build_object('commit', commit, 'version', version, 'builtAt', built_at,
		'firstServedAt', first_served_at, 'lastStartedAt', last_started_at, 'deployedBy', deployed_by)
		ORDER BY last_started_at DESC, commit), '[]')
	FROM (SELECT * FROM releases ORDER BY last_started_at DESC, commit LIMIT ${take}) AS r
)`;

/** A release as JSON has it: its times are texts. */
export type ReleaseInJson = {
	[Field in keyof ReleaseRow]: ReleaseRow[Field] extends Date ? string : ReleaseRow[Field];
};

/** Releases that came as JSON. */
export const releasesIn = (json: readonly ReleaseInJson[]): ReleaseRow[] =>
	json.map(({ builtAt, firstServedAt, lastStartedAt, ...release }) => ({
		...release,
		builtAt: new Date(builtAt),
		firstServedAt: new Date(firstServedAt),
		lastStartedAt: new Date(lastStartedAt)
	}));
