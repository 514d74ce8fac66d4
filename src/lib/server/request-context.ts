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

/** Where lists are read for this request. */
export interface Reads {
	/** False once the person has changed something: they must see what they did. */
	mayBeBehind: boolean;
	hasWritten: boolean;
}

interface Store {
	context: RequestContext;
	origin?: RequestOrigin;
	reads?: Reads;
}

const storage = new AsyncLocalStorage<Store>();

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

/** Runs `work` so that its lists may be read from a replica. */
export function withReads<T>(mayBeBehind: boolean, work: (reads: Reads) => T): T {
	const store = storage.getStore();
	const reads = { mayBeBehind, hasWritten: false };
	return store ? storage.run({ ...store, reads }, () => work(reads)) : work(reads);
}

/** Where lists are read for the request that is being answered; nothing outside one. */
export function reads(): Reads | undefined {
	return storage.getStore()?.reads;
}

/** Notes that the request has changed something: what it reads from here on must show it. */
export function noteWrite(): void {
	const now = reads();
	if (!now) return;
	now.mayBeBehind = false;
	now.hasWritten = true;
}
