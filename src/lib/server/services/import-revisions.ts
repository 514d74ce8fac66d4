import type { Transaction } from '../db';
import { Prisma } from '../prisma/client';
import type { PersonalActor } from './actor';

/** What a revision keeps of an idea and of a feature. */
const IDEA = ['title', 'notes', 'linkUrl', 'linkLabel'];
const FEATURE = ['title', 'notes', 'sections'];

/** Some of what stood there before, as an object. */
const of = (names: string[]): Prisma.Sql =>
	Prisma.sql`(SELECT jsonb_object_agg(key, value) FROM jsonb_each(c.before) WHERE key = ANY(${names}::text[]))`;

/** Keeps what ideas and features said before an import, where they say something else now. */
export async function keepTextsBeforeImport(
	tx: Transaction,
	{ userId }: PersonalActor,
	importId: string
): Promise<void> {
	await tx.$executeRaw`
		INSERT INTO revisions (id, idea_id, user_id, version, content)
		SELECT gen_random_uuid(), i.id, ${userId}::uuid, c.version, ${of(IDEA)}
		FROM import_changes AS c JOIN ideas AS i ON i.id = c.target_id
		WHERE c.import_id = ${importId}::uuid AND NOT c.is_feature AND c.before IS NOT NULL
			AND ${of(IDEA)} <> jsonb_build_object('title', i.title, 'notes', i.notes,
				'linkUrl', i.link_url, 'linkLabel', i.link_label)`;
	await tx.$executeRaw`
		INSERT INTO revisions (id, idea_id, feature_id, user_id, version, content)
		SELECT gen_random_uuid(), f.idea_id, f.id, ${userId}::uuid, c.version, ${of(FEATURE)}
		FROM import_changes AS c JOIN features AS f ON f.id = c.target_id
		WHERE c.import_id = ${importId}::uuid AND c.is_feature AND c.before IS NOT NULL
			AND ${of(FEATURE)} <> jsonb_build_object('title', f.title, 'notes', f.notes,
				'sections', f.sections)`;
}
