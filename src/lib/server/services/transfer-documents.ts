import type { ExportedFeature, ExportedIdea } from '$lib/schemas/transfer';
import { Prisma } from '../prisma/client';

/*
 * How an idea and a feature stand in a file, written once in SQL: exports read it, imports compare with it,
 * and undoing an import puts it back. `i` is the idea, `m` the owner's membership, `f` the feature.
 */

/** Something of a file. Features follow their idea. */
export type Exported =
	{ kind: 'idea'; idea: ExportedIdea } | { kind: 'feature'; feature: ExportedFeature };

const iso = (column: string) =>
	Prisma.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/** What an import may change of an idea: its content, and the owner's star, tags and archive. */
export const ideaContent = Prisma.sql`'title', i.title, 'notes', i.notes, 'linkUrl', i.link_url,
	'linkLabel', i.link_label, 'visibility', i.visibility::text, 'star', m.star::text,
	'tags', m.tags, 'archivedAt', ${iso('m.archived_at')}`;

/** What an import may change of a feature. */
export const featureContent = Prisma.sql`'title', f.title, 'notes', f.notes, 'sections', f.sections,
	'visibility', f.visibility::text, 'star', f.star::text, 'completedAt', ${iso('f.completed_at')},
	'starBeforeDone', f.star_before_done::text`;

/** A whole idea, in the order in which a file has its fields. */
export const ideaDocument = Prisma.sql`json_build_object('id', i.id, ${ideaContent},
	'position', m.position, 'version', i.version, 'createdAt', ${iso('i.created_at')},
	'updatedAt', ${iso('i.updated_at')})`;

/** A whole feature, in the order in which a file has its fields. */
export const featureDocument = Prisma.sql`json_build_object('id', f.id, ${featureContent},
	'position', f.position, 'version', f.version, 'createdAt', ${iso('f.created_at')},
	'updatedAt', ${iso('f.updated_at')})`;
