import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that sends each request to one of several processes, at random. */
export interface LoadBalancer {
	origin: string;
	/** How many requests each process got. */
	shares(): number[];
	stop(): Promise<void>;
}

/** Starts it on a free port. The host that the browser asked for is handed on as it is. */
export async function startLoadBalancer(origins: string[]): Promise<LoadBalancer> {
	const shares = origins.map(() => 0);
	const server = createServer((request, response) => {
		const chosen = Math.floor(Math.random() * origins.length);
		shares[chosen] = (shares[chosen] ?? 0) + 1;
		const { method, headers } = request;
		const sent = forward(
			new URL(request.url ?? '/', origins[chosen]),
			{ method, headers, agent: false },
			(answer) => {
				response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
				answer.pipe(response);
			}
		);
		sent.on('error', () => response.destroy());
		request.pipe(sent);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://localhost:${port}`,
		shares: () => [...shares],
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}
