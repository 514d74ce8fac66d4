import * as z from 'zod';
import { refusal } from '../refusal';

/*
 * A cursor names the last row of a page by the whole key that the list is sorted by, so that nothing
 * is lost or repeated when rows share a value. Clients treat it as opaque.
 */

const star = z.enum(['none', 'star', 'super']);

/** Text as the database has it: no row has U+0000 or a lone surrogate. */
const storable = z.string().refine((text) => text.isWellFormed() && !text.includes('\u0000'));

/** Where a page of the board ended: section, sort value, id. */
export const BoardCursor = z
	.tuple([star, z.union([storable, z.date()]), z.uuid()])
	.transform(([section, value, id]) => ({ section, value, id }));
export type BoardCursor = z.output<typeof BoardCursor>;

/** Where a page of the Trash ended. */
export const TrashCursor = z
	.tuple([z.date(), z.uuid()])
	.transform(([deletedAt, id]) => ({ deletedAt, id }));

/** Where a page of the people ended. */
export const PeopleCursor = z
	.tuple([z.date(), z.uuid()])
	.transform(([createdAt, id]) => ({ createdAt, id }));

/** Where a page of the mail log ended. */
export const MailCursor = z
	.tuple([z.date(), z.uuid()])
	.transform(([createdAt, id]) => ({ createdAt, id }));

/** Where a page of the audit ended. */
export const AuditCursor = z.tuple([z.date(), z.uuid()]).transform(([at, id]) => ({ at, id }));

/** Where a page of the log ended: it is sorted as the audit is. */
export const LogCursor = AuditCursor;

/** Where a page of earlier texts ended: they are sorted as mails are. */
export const RevisionCursor = MailCursor;

/** Where a page of reported problems ended: they are sorted as people are. */
export const ProblemCursor = PeopleCursor;

/** Where a page of incidents ended. */
export const IncidentCursor = z
	.tuple([z.date(), z.uuid()])
	.transform(([openedAt, id]) => ({ openedAt, id }));

/** Where a page of search results ended: how well the last one matched, and which it was. */
export const SearchCursor = z
	.tuple([z.string().regex(/^\d{1,9}$/), z.uuid()])
	.transform(([rank, id]) => ({ rank: Number(rank), id }));

/** The sort key of a page's last row, as text. Times are kept as times. */
export function encodeCursor(key: (string | Date | null)[]): string {
	const tagged = key.map((part) => (part instanceof Date ? { at: part.toISOString() } : part));
	return Buffer.from(JSON.stringify(tagged)).toString('base64url');
}

/** @throws BAD_REQUEST for a cursor that is not of this list */
export function decodeCursor<T extends z.ZodType>(shape: T, cursor: string): z.output<T> {
	const parsed = shape.safeParse(parts(cursor));
	if (!parsed.success) throw refusal('BAD_REQUEST', 'cursor.invalid');
	return parsed.data;
}

const Tagged = z.array(
	z.union([
		z.string(),
		z
			.object({ at: z.iso.datetime().refine((at) => !at.startsWith('0000')) })
			.transform(({ at }) => new Date(at))
	])
);

function parts(cursor: string): unknown {
	try {
		return Tagged.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
	} catch {
		// Not one of ours: the shape refuses it.
		return undefined;
	}
}
