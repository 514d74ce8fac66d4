import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeptSessions } from '../../runner/core/gone-sessions.ts';
import type { Program } from '../../runner/core/pty.ts';
import { startRunner, testShell, type RunnerSetup } from './runner.ts';
import { TestTmux } from './tmux.ts';

/** A computer whose runners, one after the other, keep terminals in a tmux of their own. */
export class TmuxComputer {
	readonly server = new TestTmux();
	readonly folder = mkdtempSync(join(tmpdir(), 'coda-tmux-'));
	/** What a runner has left for the next one. */
	kept: KeptSessions | undefined;
	#setup: RunnerSetup | undefined;

	/** Starts a runner; its terminals run this. */
	async start(program: Program = testShell(), tmux = this.server.tmux): Promise<RunnerSetup> {
		const computer = { tmux, programFor: async () => program };
		this.#setup = await startRunner(computer, undefined, { keeping: this.keeping() });
		return this.#setup;
	}

	keeping() {
		return { before: this.kept, save: (now: KeptSessions) => void (this.kept = now) };
	}

	async stop(): Promise<void> {
		await this.#setup?.stop();
		await this.server.stop();
		rmSync(this.folder, { recursive: true });
	}
}
