import { BUILT_AT, VERSION } from '../build';
import { db } from '../db';
import { env } from '../env';
import type { Actor } from './actor';

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

/** The last releases, the one that served last first. */
export function listReleases(_actor: Actor, take = 10): Promise<ReleaseRow[]> {
	return db.release.findMany({
		orderBy: [{ lastStartedAt: 'desc' }, { commit: 'asc' }],
		take,
		select: {
			commit: true,
			version: true,
			builtAt: true,
			firstServedAt: true,
			lastStartedAt: true,
			deployedBy: true
		}
	});
}
