import { readFileSync } from 'node:fs';
import WebSocket from 'ws';
import type { App } from '../support/app-server.ts';

/** Lets Node be asked from outside what it holds. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** Memory of an application that was started with `INSPECTED`. */
export interface Inspected {
	/** Bytes of its heap, once everything that nobody holds is gone. */
	heapBytes(): Promise<number>;
	close(): void;
}

/** Joins the inspector of an application. */
export async function inspect(app: App): Promise<Inspected> {
	const [address] = /ws:\/\/\S+/.exec(app.output()) ?? [];
	if (!address) throw new Error('Its inspector does not say where it listens.');
	const socket = new WebSocket(address);
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	let last = 0;
	const ask = (method: string, params: object = {}) =>
		new Promise<{ result?: { value?: unknown } }>((resolve) => {
			const id = (last += 1);
			const onMessage = (data: Buffer) => {
				const answer = JSON.parse(data.toString()) as {
					id?: number;
					result: { result?: { value?: unknown } };
				};
				if (answer.id !== id) return;
				socket.off('message', onMessage);
				resolve(answer.result);
			};
			socket.on('message', onMessage).send(JSON.stringify({ id, method, params }));
		});
	return {
		async heapBytes() {
			for (let n = 0; n < 3; n += 1) await ask('HeapProfiler.collectGarbage');
			const expression = 'process.memoryUsage().heapUsed';
			const { result } = await ask('Runtime.evaluate', { expression, returnByValue: true });
			return Number(result?.value);
		},
		close: () => socket.close()
	};
}

/** Bytes of a process that are in memory. Only Linux says so. */
export function residentBytes(pid: number): number {
	const [, kilobytes = '0'] =
		/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
	return Number(kilobytes) * 1_024;
}
