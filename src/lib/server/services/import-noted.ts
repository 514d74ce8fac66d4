import type { Transaction } from '../db';
import { Prisma } from '../prisma/client';
import type { Progress } from './import-lock';
import { featureContent, ideaContent } from './transfer-documents';

/** What is noted with one go: a part of a second. */
const SLICE = 2_000;

const IDEAS = Prisma.sql`
	SELECT i.id, i.version, jsonb_build_object(${ideaContent}) AS content
	FROM ideas AS i JOIN idea_members AS m ON m.idea_id = i.id AND m.user_id = i.owner_id`;
const FEATURES = Prisma.sql`
	SELECT f.id, f.version, jsonb_build_object(${featureContent}) AS content FROM features AS f`;

/** Notes how an import left what it changed: undoing it leaves alone what was changed again since. */
export async function noteImported(
	tx: Transaction,
	importId: string,
	progress: Progress
): Promise<void> {
	const total = await tx.importChange.count({ where: { importId } });
	let done = 0;
	for (const isFeature of [false, true]) {
		let after: string | undefined;
		do {
			await progress(done / Math.max(total, 1));
			const part = await noteSlice(tx, { importId, isFeature, after });
			after = part.last;
			done += part.noted;
		} while (after);
	}
}

/** @returns the last of them, unless there are no more */
async function noteSlice(
	tx: Transaction,
	{ importId, isFeature, after }: { importId: string; isFeature: boolean; after?: string }
): Promise<{ noted: number; last?: string }> {
	const part = await tx.importChange.findMany({
		where: { importId, isFeature, ...(after && { targetId: { gt: after } }) },
		orderBy: { targetId: 'asc' },
		take: SLICE,
		select: { targetId: true }
	});
	const ids = part.map(({ targetId }) => targetId);
	await tx.$executeRaw`
		UPDATE import_changes AS c SET version = now.version, after = md5(now.content::text)
		FROM (
			${isFeature ? FEATURES : IDEAS} WHERE ${isFeature ? Prisma.sql`f.id` : Prisma.sql`i.id`} = ANY(${ids}::uuid[])
		) AS now
		WHERE c.import_id = ${importId}::uuid AND c.target_id = now.id`;
	return { noted: ids.length, last: ids.length === SLICE ? ids.at(-1) : undefined };
}
