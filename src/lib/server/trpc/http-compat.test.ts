import { describe, expect, test } from 'vitest';
import { createAdmin, createPerson } from '#tests/support/factories';
import { db } from '../db';
import type { Context } from './context';
import { resolveHTTPResponse } from './http-compat';
import { appRouter } from './router';

/** Whoever calls, signed in a moment ago. */
function contextOf({ userId, email, role = 'user' as 'user' | 'admin' }: Caller): Context {
	return {
		session: {
			sessionId: crypto.randomUUID(),
			authenticatedAt: Date.now(),
			hasConsented: true,
			shell: { theme: null, singleKeys: null, timeZone: 'UTC' },
			user: { id: userId, email, name: null, role }
		},
		requestId: 'test',
		address: 'unknown',
		origin: 'http://localhost:3000',
		transport: 'http'
	};
}

type Caller = Awaited<ReturnType<typeof createPerson>> & { role?: 'user' | 'admin' };

/** One call in a batch, by a program that would like its answer line by line. */
async function callOverHttp(caller: Caller, path: string, input?: object) {
	const { status, headers, body } = await resolveHTTPResponse({
		router: appRouter,
		path,
		req: {
			method: input ? 'POST' : 'GET',
			headers: new Headers({
				'content-type': 'application/json',
				'trpc-accept': 'application/jsonl'
			}),
			query: new URLSearchParams({ batch: '1' }),
			body: JSON.stringify({ 0: { json: input } })
		},
		createContext: async () => contextOf(caller)
	});
	return { status, headers: new Headers(headers), text: new TextDecoder().decode(body) };
}

describe('the API over HTTP', () => {
	test('answers whole, also to whoever asks for lines', async () => {
		const answer = await callOverHttp(await createPerson(), 'account.usage');

		expect(answer.status).toBe(200);
		expect(answer.headers.get('content-type')).toContain('application/json');
		expect(JSON.parse(answer.text)).toMatchObject([{ result: {} }]);
	});

	test('hands out no download, the caller’s own or another’s, and begins none', async () => {
		const [ada, admin] = [await createPerson(), await createAdmin()];

		const answers = [
			await callOverHttp(ada, 'account.export', { confirmed: true }),
			await callOverHttp(admin, 'people.export', { id: ada.userId })
		];

		for (const { status, text } of answers) {
			expect(status).toBe(405);
			expect(text).toContain('method.unknown');
			expect(text).not.toContain(ada.email);
		}
		expect(await db.auditEntry.count({ where: { personId: ada.userId } })).toBe(0);
	});
});
