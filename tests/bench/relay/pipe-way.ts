import { once } from 'node:events';
import { connect } from 'node:net';
import { startProgram } from '../../support/program.ts';
import type { BenchTerminal, Way } from './bench-terminal.ts';

/** A pseudo-terminal behind two sockets that are joined: what a relay costs at the least. */
export async function startPipeWay(): Promise<Way> {
	const relay = startProgram('tests/bench/relay/pipe-relay.ts', []);
	const [ports] = (await once(relay.child, 'message')) as [[number, number]];
	const runner = startProgram('tests/bench/relay/pipe-runner.ts', [String(ports[0])]);
	return {
		name: 'pipe',
		port: ports[1],
		async open(port = ports[1]): Promise<BenchTerminal> {
			const socket = connect({ host: '127.0.0.1', port });
			await once(socket, 'connect');
			socket.setNoDelay(true);
			socket.on('error', () => socket.destroy());
			const terminal: BenchTerminal = {
				write: (text) => void socket.write(text),
				draw: () => {},
				close: () => socket.destroy()
			};
			socket.on('data', (data) => {
				const drawn = terminal.draw(data);
				if (!drawn) return;
				socket.pause();
				void drawn.then(() => socket.resume());
			});
			return terminal;
		},
		processes: () => ({ relay: [relay.pid], runner: [runner.pid] }),
		async stop() {
			await Promise.all([relay.end('SIGKILL'), runner.end('SIGKILL')]);
		}
	};
}
