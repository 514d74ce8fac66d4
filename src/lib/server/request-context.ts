import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of the request that is being answered; each log line carries it. */
export interface RequestContext {
	requestId: string;
	route?: string;
	userId?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that everything it calls finds `context` through `requestContext()`. */
export function withRequestContext<T>(context: RequestContext, work: () => T): T {
	return storage.run(context, work);
}

/** The request that is being answered, or nothing outside one. */
export function requestContext(): RequestContext | undefined {
	return storage.getStore();
}
