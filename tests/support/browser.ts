import { v4 as uuid } from 'uuid';
import type { RequestEvent } from '@sveltejs/kit';
import { withRequestContext } from '$lib/server/request-context';
import { originOfRequest } from '$lib/server/request-origin';

/** Chrome as it names itself on Windows. */
export const CHROME =
	'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** A browser that keeps its cookies from one request to the next. */
export interface Browser {
	cookies: Map<string, string>;
	/** Runs `work` as a request of this browser, with what the hooks know of it. */
	visit<T>(work: (event: RequestEvent) => Promise<T>): Promise<T>;
}

/** Every browser is somewhere else, so that their limits do not meet. */
let addresses = 0;

/** A browser without cookies. @param given its address and how it names itself */
export function openBrowser({
	address = `192.0.${Math.floor((addresses += 1) / 250)}.${(addresses % 250) + 1}`,
	userAgent = CHROME
} = {}): Browser {
	const cookies = new Map<string, string>();
	return {
		cookies,
		visit(work) {
			const event = eventOf({ address, userAgent, cookies });
			const { requestId } = event.locals;
			return withRequestContext({ requestId }, () => work(event), originOfRequest(event));
		}
	};
}

function eventOf({
	address,
	userAgent,
	cookies
}: {
	address: string;
	userAgent: string;
	cookies: Map<string, string>;
}): RequestEvent {
	const url = new URL('http://localhost:3000/');
	const jar = {
		get: (name: string) => cookies.get(name),
		getAll: () => [...cookies].map(([name, value]) => ({ name, value })),
		set: (name: string, value: string) => cookies.set(name, value),
		delete: (name: string) => cookies.delete(name),
		serialize: () => ''
	};
	const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	const request = new Request(url, { headers: { 'user-agent': userAgent, cookie } });
	const event = {
		url,
		request,
		cookies: jar,
		locals: { requestId: uuid() },
		getClientAddress: () => address,
		setHeaders: () => undefined,
		route: { id: '/' },
		params: {},
		isDataRequest: false,
		isSubRequest: false,
		platform: undefined,
		fetch
	};
	return event as unknown as RequestEvent;
}
