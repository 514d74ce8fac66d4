import { PrismaPg } from '@prisma/adapter-pg';
import { generateNKeysBetween } from 'fractional-indexing';
import { v7 as uuid } from 'uuid';
import { PrismaClient, type Prisma } from '../../src/lib/server/prisma/client.ts';
import { demoIdeas, type DemoIdea } from './ideas.ts';

/** Whose board the demo fills. */
const demoEmail = 'ada@example.com';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Makes the demo person and those of their ideas that are not there yet, and tells in one sentence.
 *
 * Ideas that were changed, moved or deleted since an earlier run stay as they are.
 */
export async function seedDemo(url: string): Promise<string> {
	const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
	try {
		const added = await db.$transaction(addMissing);
		return `The board of ${demoEmail} has ${demoIdeas.length} demo ideas, ${added} of them new.`;
	} finally {
		await db.$disconnect();
	}
}

async function addMissing(db: Prisma.TransactionClient): Promise<number> {
	const ada = await db.user.upsert({
		where: { email: demoEmail },
		create: { id: uuid(), email: demoEmail, name: 'Ada', emailVerified: new Date() },
		update: {},
		select: { id: true }
	});
	const there = await db.idea.findMany({ where: { ownerId: ada.id }, select: { clientKey: true } });
	const keys = new Set(there.map(({ clientKey }) => clientKey));
	const missing = demoIdeas.filter(({ clientKey }) => !keys.has(clientKey));

	const top = await db.ideaMember.findFirst({
		where: { userId: ada.id },
		orderBy: { position: 'asc' },
		select: { position: true }
	});
	const positions = generateNKeysBetween(null, top?.position ?? null, missing.length);
	for (const [index, idea] of missing.entries()) {
		await db.idea.create({ data: ideaData(idea, ada.id, positions[index] ?? '') });
	}
	return missing.length;
}

function ideaData(
	idea: DemoIdea,
	ownerId: string,
	position: string
): Prisma.IdeaUncheckedCreateInput {
	const at = new Date(Date.now() - idea.ageDays * dayMs);
	return {
		id: uuid({ msecs: at.getTime() }),
		ownerId,
		clientKey: idea.clientKey,
		title: idea.title,
		notes: idea.notes ?? '',
		linkUrl: idea.link?.url,
		linkLabel: idea.link?.label,
		createdAt: at,
		updatedAt: at,
		members: {
			create: { userId: ownerId, role: 'owner', position, star: idea.star ?? 'none', createdAt: at }
		}
	};
}
