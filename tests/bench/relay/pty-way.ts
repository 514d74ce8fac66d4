import { writeSync } from 'node:fs';
import { spawn } from '@lydell/node-pty';
import type { BenchTerminal, Way } from './bench-terminal.ts';

/** A pseudo-terminal read by this very process: what no way can be better than. */
export const ptyWay: Way = {
	name: 'pty',
	async open(): Promise<BenchTerminal> {
		const pty = spawn('/bin/bash', ['-l'], { cols: 80, rows: 24, encoding: null });
		const { fd } = pty as typeof pty & { fd: number };
		const terminal: BenchTerminal = {
			write: (text) => void writeSync(fd, text),
			draw: () => {},
			close: () => pty.kill('SIGKILL')
		};
		pty.onData((data) => {
			const drawn = terminal.draw(data as unknown as Uint8Array);
			if (!drawn) return;
			pty.pause();
			void drawn.then(() => pty.resume());
		});
		return terminal;
	},
	processes: () => ({}),
	stop: async () => {}
};
