import type { RequestEvent } from '@sveltejs/kit';
import { publicOrigin } from '../origin';

/** A browser of the probe's own: it keeps its cookies, and is nowhere on the network. */
export interface ProbeBrowser {
	/** A request of it, with the cookies that it has by then. */
	visit(path: string): RequestEvent;
}

/** A browser without cookies. @param requestId what its requests are called in the log */
export function openProbeBrowser(requestId: string): ProbeBrowser {
	const cookies = new Map<string, string>();
	const jar = {
		get: (name: string) => cookies.get(name),
		set: (name: string, value: string) => void cookies.set(name, value),
		delete: (name: string) => void cookies.delete(name)
	};
	return {
		visit(path) {
			const url = new URL(path, publicOrigin());
			const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
			const headers = { 'user-agent': 'Coda-Probe', cookie };
			// What signing in looks at of a request, and nothing else.
			const event = {
				...{ url, cookies: jar, locals: { requestId }, params: {}, route: { id: null } },
				request: new Request(url, { headers }),
				getClientAddress: () => '127.0.0.1',
				setHeaders: () => undefined
			};
			return event as unknown as RequestEvent;
		}
	};
}
