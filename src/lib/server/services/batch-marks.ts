import type { BatchMark } from '../batch-writer';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import { RETENTION } from '../retention';
import { inBatches, type Purged, type Work } from './batches';

/**
 * One row when a batch is new, and none when it was added before: for `WITH batch AS (…)` in the statement that adds
 * it. An earlier attempt that is still on its way is waited for. What has no mark is always new.
 */
export const newBatch = (mark: BatchMark | undefined): Prisma.Sql =>
	mark
		? Prisma.sql`
			INSERT INTO batch_marks AS known (writer, sequence) VALUES (${mark.writer}::uuid, ${mark.sequence}::int)
			ON CONFLICT (writer) DO UPDATE SET sequence = EXCLUDED.sequence, at = now()
				WHERE known.sequence < EXCLUDED.sequence
			RETURNING writer`
		: Prisma.sql`SELECT NULL::uuid AS writer`;

/** Forgets how far processes had got that no longer write. */
export const purgeBatchMarks = (work: Work): Promise<Purged> =>
	inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM batch_marks WHERE writer IN (
				SELECT writer FROM batch_marks
				WHERE at < now() - make_interval(hours => ${RETENTION.batchMarkHours})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
