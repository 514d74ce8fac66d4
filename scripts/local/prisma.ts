import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from '../../src/lib/server/prisma/client.ts';
import { withDatabase } from './database.ts';

/** Runs `work` as one transaction on the database of this environment, and answers its result. */
export function inTransaction<T>(work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
	return withDatabase(async ({ url }) => {
		const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
		try {
			return await db.$transaction(work, { timeout: 60_000 });
		} finally {
			await db.$disconnect();
		}
	});
}
