import { initTRPC, TRPCError } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { ZodError } from 'zod';
import { ERROR_STATUS } from '#protocol/errors';
import { messageFor } from '$lib/messages';
import { transformer } from '$lib/transformer';
import type { SignedIn } from '../auth/session';
import { isFresh } from '../auth/fresh';
import { renewBoards } from '../board-cache';
import { networkOf } from '../client-address';
import { isDatabaseUnreachable } from '../database-error';
import { refuseWrite } from '../maintenance';
import { measuring } from '../measures';
import { enforceLimit } from '../rate-limit';
import { refusal, RefusalCause } from '../refusal';
import { noteWrite } from '../request-context';
import { countAnswered } from '../request-totals';
import { devModeIsOn } from '../switches';
import { traced } from '../tracing';
import type { PersonalActor } from '../services/actor';
import type { Context } from './context';

/** What an error carries besides tRPC's own fields. */
export interface ErrorDetails {
	requestId?: string;
	reason?: string;
	params?: Record<string, string | number>;
	/** Sentences by field of the input. */
	fields?: Record<string, string[]>;
}

/**
 * An error as the person may see it: refusals in their own words, bad input by field, an outage as
 * an outage, and anything else as a bug without its message.
 */
export function publicError(error: TRPCError): TRPCError {
	if (isDatabaseUnreachable(error.cause)) {
		return refusal('SERVICE_UNAVAILABLE', 'service.unavailable');
	}
	if (error.cause instanceof ZodError) {
		const [first] = error.cause.issues;
		return new TRPCError({
			code: error.code,
			message: first?.message ?? messageFor('body.invalid'),
			cause: error.cause
		});
	}
	if (error.code === 'INTERNAL_SERVER_ERROR') {
		return new TRPCError({ code: error.code, message: messageFor('server.error') });
	}
	return error;
}

/** The details of an error that help a form or a program. */
export function errorDetails(error: TRPCError): Omit<ErrorDetails, 'requestId'> {
	const { cause } = error;
	if (cause instanceof RefusalCause) {
		return { reason: cause.reason, params: cause.params, fields: cause.fields };
	}
	if (cause instanceof ZodError) {
		const fields: Record<string, string[]> = {};
		for (const { path, message } of cause.issues) {
			(fields[path.map(String).join('.')] ??= []).push(message);
		}
		return { fields };
	}
	return {};
}

/** What is known of a procedure before it runs. */
export interface ProcedureMeta {
	/** It is for operators, and goes on while everything else rests. */
	isOperation?: boolean;
}

const t = initTRPC
	.context<Context>()
	.meta<ProcedureMeta>()
	.create({
		transformer,
		// Stacks never leave the server, whatever NODE_ENV says.
		isDev: false,
		errorFormatter({ shape, error, ctx }) {
			const safe = publicError(error);
			const details: ErrorDetails = { ...errorDetails(safe), requestId: ctx?.requestId };
			return {
				...shape,
				code: TRPC_ERROR_CODES_BY_KEY[safe.code],
				message: safe.message,
				data: {
					code: safe.code,
					httpStatus: ERROR_STATUS[safe.code],
					path: shape.data.path,
					...details
				}
			};
		}
	});

export const { router, createCallerFactory } = t;

/** Counts every call by its procedure, wherever it comes from. */
const counted = t.procedure.use(async ({ path, type, meta, next }) => {
	const startedAt = performance.now();
	const attributes = { 'rpc.system.name': 'trpc', 'rpc.method': path };
	return traced({ name: path, attributes }, async (span) => {
		const result = await next();
		const code = result.ok ? undefined : publicError(result.error).code;
		const status = code ? ERROR_STATUS[code] : 200;
		const durationMs = performance.now() - startedAt;
		countAnswered({
			// An operator who looks every few seconds is no traffic, and no measure of it.
			source: meta?.isOperation ? 'operation' : 'call',
			method: type === 'mutation' ? 'write' : 'read',
			route: path,
			...{ status, durationMs }
		});
		measuring()?.call(path, status, durationMs);
		if (code) span.set({ 'rpc.response.status_code': code });
		if (code && status >= 500) span.fail(code);
		return result;
	});
});

/** What every procedure begins with: nothing is changed while maintenance forbids it, and a change is noted. */
const procedure = counted.use(async ({ ctx, type, meta, next }) => {
	if (type !== 'mutation') return next();
	const isAdmin = ctx.session?.user.role === 'admin';
	refuseWrite({ isAdmin, isOperation: meta?.isOperation ?? false });
	const result = await next();
	noteWrite();
	if (ctx.session) await renewBoards([ctx.session.user.id]);
	return result;
});

/** For anyone; whoever is not signed in is limited by network address. */
export const publicProcedure = procedure.use(async ({ ctx, next }) => {
	if (!ctx.session && ctx.transport === 'http')
		await enforceLimit('anonymous', networkOf(ctx.address));
	return next();
});

/** For computers, which have no session: what they call is counted by what they show, where that is looked at. */
export const runnerProcedure = procedure;

/** For whoever is signed in. Calls over HTTP and forms count against the person's limits. */
export const userProcedure = procedure.use(async ({ ctx, type, next }) => {
	const { session, transport, address, expectedUserId } = ctx;
	if (!session) {
		if (transport === 'http') await enforceLimit('anonymous', networkOf(address));
		throw refusal('UNAUTHORIZED', 'auth.required');
	}
	const { user } = session;
	// A tab that was left open by someone else must not act for whoever is signed in now.
	if (expectedUserId && expectedUserId !== user.id) {
		throw refusal('UNAUTHORIZED', 'auth.otherPerson');
	}
	if (type === 'mutation' && transport !== 'load') await enforceLimit('write', user.id);
	if (type === 'query' && transport === 'http') await enforceLimit('read', user.id);
	const actor: PersonalActor = { kind: 'person', userId: user.id, requestId: ctx.requestId };
	return next({ ctx: { ...ctx, session, user, actor } });
});

/** For dangerous acts: the person has shown who they are within the last minutes. @throws FORBIDDEN */
export const freshProcedure = userProcedure.use(({ ctx, next }) => {
	refuseStale(ctx.session);
	return next();
});

/** For admins. For anyone else there is no such thing. */
export const adminProcedure = userProcedure.meta({ isOperation: true }).use(({ ctx, next }) => {
	if (ctx.user.role !== 'admin') throw refusal('NOT_FOUND', 'page.notFound');
	return next();
});

/** For what an admin should not do by a forgotten open window. @throws FORBIDDEN */
export const freshAdminProcedure = adminProcedure.use(({ ctx, next }) => {
	refuseStale(ctx.session);
	return next();
});

/** For what answers in pieces: a batch would gather them all in memory, so only our own pages ask for it. */
export const notOverHttp = t.middleware(({ ctx, next }) => {
	if (ctx.transport === 'http') throw refusal('METHOD_NOT_SUPPORTED', 'method.unknown');
	return next();
});

/** Where DevMode is switched off there is no such thing. */
export const devModeOnly = t.middleware(({ next }) => {
	if (!devModeIsOn()) throw refusal('NOT_FOUND', 'page.notFound');
	return next();
});

function refuseStale(session: SignedIn): void {
	if (!isFresh(session)) throw refusal('FORBIDDEN', 'auth.fresh');
}
