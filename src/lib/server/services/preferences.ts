import { Preferences, type UpdatePreferences } from '$lib/schemas/preferences';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';

/** What the caller prefers; what they never chose is at its default. */
export async function getPreferences({ userId }: PersonalActor): Promise<Preferences> {
	const { preferences } = await db.user.findUniqueOrThrow({
		where: { id: userId },
		select: { preferences: true }
	});
	return Preferences.parse(preferences);
}

/** Changes some preferences, in one statement, so that two at once both count. */
export async function updatePreferences(
	actor: PersonalActor,
	{ notices, ...changes }: UpdatePreferences
): Promise<Preferences> {
	return db.$transaction(async (tx) => {
		const [row] = await tx.$queryRaw<{ preferences: unknown }[]>`
			UPDATE users SET updated_at = now(),
				preferences = preferences || ${JSON.stringify(changes)}::jsonb || jsonb_build_object(
					'notices',
					coalesce(preferences -> 'notices', '{}') || ${JSON.stringify(notices ?? {})}::jsonb
				)
			WHERE id = ${actor.userId}::uuid
			RETURNING preferences`;
		await recordAudit(tx, actor, {
			action: 'account.preferences',
			targetKind: 'user',
			targetId: actor.userId,
			changed: [
				...Object.keys(changes),
				...Object.keys(notices ?? {}).map((topic) => `notices.${topic}`)
			].sort()
		});
		return Preferences.parse(row?.preferences ?? {});
	});
}
