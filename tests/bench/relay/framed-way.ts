import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { BenchTerminal, Way } from './bench-terminal.ts';
import type { Bundles } from './bundles.ts';

/** The pipe with messages of WebSockets in the place of bytes: what their library costs by itself, on both hops. */
export async function startFramedWay(bundles: Bundles): Promise<Way> {
	const start = (file: string, ...args: string[]) =>
		spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	const relay = start(bundles.framedRelay);
	const [port] = (await once(relay, 'message')) as [number];
	const runner = start(bundles.framedRunner, String(port));
	return {
		name: 'framed',
		async open(): Promise<BenchTerminal> {
			const address = `ws://127.0.0.1:${port}/client`;
			const socket = new WebSocket(address, { perMessageDeflate: false });
			await once(socket, 'open');
			socket.on('error', () => socket.terminate());
			const terminal: BenchTerminal = {
				write: (text) => socket.send(Buffer.from(text)),
				draw: () => {},
				close: () => socket.terminate()
			};
			socket.on('message', (data: Buffer) => {
				const drawn = terminal.draw(data);
				if (!drawn) return;
				socket.pause();
				void drawn.then(() => socket.resume());
			});
			return terminal;
		},
		processes: () => ({ relay: [relay.pid ?? 0], runner: [runner.pid ?? 0] }),
		async stop() {
			for (const child of [relay, runner]) child.kill('SIGKILL');
		}
	};
}
