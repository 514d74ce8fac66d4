import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of the request that is being answered; each log line carries it. */
export interface RequestContext {
	requestId: string;
	route?: string;
	userId?: string;
	/** The run of a task that this is part of. */
	runId?: string;
}

/** Where the request came from. It is kept apart from what log lines carry, because it is personal. */
export interface RequestOrigin {
	/** The network address, as far as it can be trusted; else `unknown`. */
	address: string;
	/** The browser, as it names itself; at most 400 characters. */
	userAgent: string | null;
	/** City and country, where the host in front says so. */
	place: string | null;
}

const storage = new AsyncLocalStorage<{ context: RequestContext; origin?: RequestOrigin }>();

/** Runs `work` so that everything it calls finds `context` and `origin` through the functions below. */
export function withRequestContext<T>(
	context: RequestContext,
	work: () => T,
	origin?: RequestOrigin
): T {
	return storage.run({ context, origin }, work);
}

/** The request that is being answered, or nothing outside one. */
export function requestContext(): RequestContext | undefined {
	return storage.getStore()?.context;
}

/** Where the request that is being answered came from, or nothing outside one. */
export function requestOrigin(): RequestOrigin | undefined {
	return storage.getStore()?.origin;
}
