import type { Announcement, AnnouncementId } from '$lib/schemas/switches';
import { db } from '../db';
import { refusal } from '../refusal';
import { switchValue } from '../switches';
import type { PersonalActor } from './actor';

/** What there is to tell this person: nothing once they have closed it. */
export async function currentAnnouncement({ userId }: PersonalActor): Promise<Announcement | null> {
	const announcement = switchValue('announcement');
	if (!announcement) return null;
	const read = await db.announcementAck.count({
		where: { userId, announcementId: announcement.id }
	});
	return read > 0 ? null : announcement;
}

/** Remembers that this person has read the announcement. Twice is as good as once. @throws NOT_FOUND */
export async function acknowledgeAnnouncement(
	{ userId }: PersonalActor,
	{ id }: AnnouncementId
): Promise<void> {
	if (switchValue('announcement')?.id !== id) throw refusal('NOT_FOUND', 'announcement.over');
	await db.announcementAck.createMany({
		data: { userId, announcementId: id },
		skipDuplicates: true
	});
}
