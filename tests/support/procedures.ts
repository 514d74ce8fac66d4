import { v4 as uuid } from 'uuid';
import { appRouter } from '$lib/server/trpc/router';
import { createCallerFactory } from '$lib/server/trpc/init';
import type { Context } from '$lib/server/trpc/context';
import type { PersonalActor } from '$lib/server/services/actor';

/** Every procedure of the API by its path, read off the router itself. */
export const procedurePaths = Object.keys(appRouter._def.procedures);

const procedures = appRouter._def.procedures as unknown as Record<
	string,
	{ _def: { type: string } } | undefined
>;

/** Whether a procedure changes something. */
export const isMutation = (path: string): boolean => procedures[path]?._def.type === 'mutation';

const createCaller = createCallerFactory(appRouter);

const context = (session: Context['session']): Context => ({
	session,
	requestId: 'test',
	address: 'unknown',
	origin: 'http://localhost:3000',
	transport: 'load'
});

/** The API as this person, or as nobody. */
export function callerAs(
	/** With a session of theirs where it has to be a real one. */
	person?: PersonalActor & { email: string; role?: 'user' | 'admin'; sessionId?: string },
	given: Partial<Context> = {}
) {
	return createCaller({
		...context(
			person && {
				sessionId: person.sessionId ?? uuid(),
				authenticatedAt: Date.now(),
				hasConsented: true,
				shell: { theme: null, singleKeys: null, timeZone: 'UTC' },
				user: { id: person.userId, email: person.email, name: null, role: person.role ?? 'user' }
			}
		),
		...given
	});
}

/** Calls a procedure by its path. */
export function callProcedure(
	caller: ReturnType<typeof callerAs>,
	path: string,
	input: unknown
): Promise<unknown> {
	const procedure = path
		.split('.')
		.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], caller);
	return (procedure as (input: unknown) => Promise<unknown>)(input);
}
