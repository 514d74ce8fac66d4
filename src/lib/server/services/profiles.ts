import { LIMITS } from '$lib/limits';
import type { NoteTimeZone, UpdateProfile } from '$lib/schemas/account';
import { db } from '../db';
import type { Prisma } from '../prisma/client';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { superStarsGiven } from './star-limit';

const profileSelect = {
	email: true,
	name: true,
	timeZone: true,
	createdAt: true,
	consents: {
		select: { document: true, version: true, at: true },
		orderBy: [{ at: 'desc' }, { document: 'asc' }]
	}
} satisfies Prisma.UserSelect;

/** What the caller's account says of them. */
export type Profile = Prisma.UserGetPayload<{ select: typeof profileSelect }> & {
	/** The address that a link is on its way to, and until when it works. */
	changingTo?: { email: string; expiresAt: Date };
};

/** The caller's own profile. */
export async function getProfile({ userId }: PersonalActor): Promise<Profile> {
	const { emailLinks, ...profile } = await db.user.findUniqueOrThrow({
		where: { id: userId },
		select: {
			...profileSelect,
			emailLinks: {
				where: { purpose: 'change_email', usedAt: null, expiresAt: { gt: new Date() } },
				select: { email: true, expiresAt: true },
				orderBy: { createdAt: 'desc' },
				take: 1
			}
		}
	});
	return { ...profile, changingTo: emailLinks[0] };
}

/** Changes name and time zone. */
export async function updateProfile(
	actor: PersonalActor,
	changes: UpdateProfile
): Promise<UpdateProfile> {
	await db.$transaction(async (tx) => {
		await tx.user.update({ where: { id: actor.userId }, data: changes, select: { id: true } });
		await recordAudit(tx, actor, {
			action: 'account.update',
			targetKind: 'user',
			targetId: actor.userId,
			changed: Object.keys(changes)
		});
	});
	return changes;
}

/** Keeps the zone of the person's browser, unless there is one already: what they chose stays. */
export async function noteTimeZone(
	actor: PersonalActor,
	{ timeZone }: NoteTimeZone
): Promise<NoteTimeZone> {
	return db.$transaction(async (tx) => {
		const { count } = await tx.user.updateMany({
			where: { id: actor.userId, timeZone: null },
			data: { timeZone }
		});
		if (count > 0) {
			await recordAudit(tx, actor, {
				action: 'account.update',
				targetKind: 'user',
				targetId: actor.userId,
				changed: ['timeZone']
			});
		}
		return { timeZone };
	});
}

/** How much of what a person may have, they have. */
export interface Usage {
	/** Their own ideas, those in the Trash included. */
	ideas: { used: number; limit: number; inTrash: number };
	/** Features of their own ideas, those in the Trash included: `used` in the idea that has most, `total` in all. */
	features: { used: number; limit: number; total: number; inTrash: number };
	superStars: { used: number; limit: number };
}

/** What the caller uses of their quotas. */
export async function getUsage({ userId }: PersonalActor): Promise<Usage> {
	const [row] = await db.$queryRaw<Figures[]>`
		SELECT owned.*, planned.*
		FROM (
			SELECT count(*)::int AS ideas, count(deleted_at)::int AS "ideasInTrash"
			FROM ideas WHERE owner_id = ${userId}::uuid
		) AS owned, (
			SELECT coalesce(max(features), 0)::int AS "mostFeatures",
				coalesce(sum(features), 0)::int AS features,
				coalesce(sum("inTrash"), 0)::int AS "featuresInTrash"
			FROM (
				SELECT count(*) AS features, count(f.deleted_at) AS "inTrash"
				FROM ideas AS i JOIN features AS f ON f.idea_id = i.id
				WHERE i.owner_id = ${userId}::uuid
				GROUP BY i.id
			) AS plans
		) AS planned`;
	if (!row) throw new Error('A SELECT of counts gave no row.');
	return {
		ideas: { used: row.ideas, limit: LIMITS.ideasPerPerson, inTrash: row.ideasInTrash },
		features: {
			used: row.mostFeatures,
			limit: LIMITS.featuresPerIdea,
			total: row.features,
			inTrash: row.featuresInTrash
		},
		superStars: { used: await superStarsGiven(db, userId), limit: LIMITS.superStars }
	};
}

/** What the statement counts. */
type Figures = Record<
	'ideas' | 'ideasInTrash' | 'features' | 'mostFeatures' | 'featuresInTrash',
	number
>;
