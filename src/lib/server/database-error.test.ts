import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTcpProxy, type TcpProxy } from '#tests/support/tcp-proxy';
import { isDatabaseUnreachable } from './database-error';
import { adapterFor, db } from './db';
import { env } from './env';
import { PrismaClient } from './prisma/client';

let line: TcpProxy;
let client: PrismaClient;

beforeAll(async () => {
	const url = new URL(env().DATABASE_URL ?? '');
	line = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
	url.port = String(line.port);
	client = new PrismaClient({ adapter: adapterFor(url.href, 2) });
});

afterAll(async () => {
	await client.$disconnect();
	await line.stop();
});

/** What each way of asking throws. */
const attempts = () => [
	client.$queryRaw`SELECT 1`,
	client.user.findFirst(),
	client.$transaction((tx) => tx.user.findFirst()),
	client.$executeRaw`UPDATE users SET name = name`
];

describe('isDatabaseUnreachable', () => {
	test('knows a connection that breaks, one that is refused, and one that is back', async () => {
		await Promise.all(attempts());
		await line.cut();

		for (let round = 0; round < 2; round += 1) {
			for (const { status, ...result } of await Promise.allSettled(attempts())) {
				expect(status).toBe('rejected');
				expect(isDatabaseUnreachable('reason' in result && result.reason)).toBe(true);
			}
		}
		await line.mend();

		await expect(Promise.all(attempts())).resolves.toHaveLength(4);
	});

	test('takes a mistake in a statement for what it is', async () => {
		const mistakes = await Promise.allSettled([
			db.$queryRaw`SELECT * FROM nowhere`,
			db.user.create({ data: { email: 'UPPER@example.com' } }),
			db.user.findUniqueOrThrow({ where: { email: 'nobody@example.com' } })
		]);

		for (const mistake of mistakes) {
			expect(mistake.status).toBe('rejected');
			expect(isDatabaseUnreachable('reason' in mistake && mistake.reason)).toBe(false);
		}
	});

	test.each([undefined, null, 'ECONNREFUSED', 7, {}, new Error('ECONNREFUSED in a title')])(
		'is not misled by %s',
		(error) => {
			expect(isDatabaseUnreachable(error)).toBe(false);
		}
	);
});
