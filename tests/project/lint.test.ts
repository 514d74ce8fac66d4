import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

const eslint = new ESLint();

/** The import rules that a line of code breaks where it stands. */
async function broken(filePath: string, code: string): Promise<string[]> {
	const [result] = await eslint.lintText(`${code}\nexport {};\n`, { filePath });
	return (result?.messages ?? [])
		.map(({ ruleId }) => ruleId ?? '')
		.filter((rule) => rule.includes('no-restricted'));
}

describe('the import arrows', () => {
	test.each([
		['src/lib/server/trpc/routers/ideas.ts', `import { db } from '../../db'; void db;`],
		['src/lib/server/trpc/routers/ideas.ts', `import { db } from '$lib/server/db'; void db;`],
		['src/routes/(app)/ideas/+page.server.ts', `import { db } from '$lib/server/db'; void db;`],
		[
			'src/routes/(app)/ideas/+page.server.ts',
			`import { listIdeas } from '$lib/server/services/board'; void listIdeas;`
		],
		['src/lib/server/services/ideas.ts', `import { error } from '@sveltejs/kit'; void error;`],
		['src/lib/server/tasks/send-outbox.ts', `import { dev } from '$app/environment'; void dev;`],
		['src/lib/server/log.ts', `void process.env.LOG_LEVEL;`],
		['src/lib/server/auth/token.ts', `import { Room } from '#relay/room'; void Room;`],
		['src/lib/waiting.ts', `import { WIRE } from '../../protocol/limits.ts'; void WIRE;`],
		['protocol/grants.ts', `import { createHash } from 'node:crypto'; void createHash;`],
		['protocol/grants.ts', `import { LIMITS } from '$lib/limits'; void LIMITS;`],
		['protocol/grants.ts', `import { Room } from '../relay/room.ts'; void Room;`],
		['relay/room.ts', `import { LIMITS } from '../src/lib/limits.ts'; void LIMITS;`],
		['relay/room.ts', `import { LIMITS } from '$lib/limits'; void LIMITS;`],
		['relay/room.ts', `void process.env.RELAY_PORT;`],
		['runner/core/ring.ts', `import { Room } from '../../relay/room.ts'; void Room;`],
		['runner/core/api.ts', `import { appRouter } from '../../src/router.ts'; void appRouter;`]
	])('forbid in %s: %s', async (filePath, code) => {
		expect(await broken(filePath, code)).toHaveLength(1);
	});

	test('let a service see the database, and a router its service', async () => {
		expect(
			await broken('src/lib/server/services/ideas.ts', `import { db } from '../db'; void db;`)
		).toEqual([]);
		expect(
			await broken(
				'src/lib/server/trpc/routers/ideas.ts',
				`import { getIdea } from '$lib/server/services/ideas'; void getIdea;`
			)
		).toEqual([]);
	});

	test('let the relay see the protocol and its packages, and the runner the type of the API', async () => {
		expect(
			await broken(
				'relay/room.ts',
				`import { WebSocket } from 'ws'; import { WIRE } from '#protocol/limits'; void [WebSocket, WIRE];`
			)
		).toEqual([]);
		expect(
			await broken(
				'runner/core/api.ts',
				`import type { AppRouter } from '../../src/lib/server/trpc/router'; export type A = AppRouter;`
			)
		).toEqual([]);
	});
});
