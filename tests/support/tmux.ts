import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { shellEnvironment } from '../../runner/core/shell.ts';
import { Tmux } from '../../runner/core/tmux.ts';

const run = promisify(execFile);

/** A server of tmux for one test, and the hand of somebody at the computer. */
export class TestTmux {
	readonly tmux = new Tmux(
		`coda-test-${randomUUID().slice(0, 8)}`,
		shellEnvironment(process.env, [])
	);

	/** What somebody at the computer does. @returns what tmux prints */
	async byHand(...command: string[]): Promise<string> {
		return (await run('tmux', ['-L', this.tmux.server, ...command])).stdout;
	}

	/** Ends the server, and every session with it. */
	async stop(): Promise<void> {
		// It ends by itself with its last session.
		await this.byHand('kill-server').catch(() => undefined);
		// tmux leaves it.
		rmSync(`/tmp/tmux-${process.getuid?.() ?? 0}/${this.tmux.server}`, { force: true });
	}
}
