import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { GoneSession, SessionItem, SilentSession } from '#protocol/terminal';
import { Settings } from './config.ts';
import { KeptSessions } from './gone-sessions.ts';
import { FaultFile } from './kept-faults.ts';
import { Paired } from './paired.ts';
import { readPrivate, removeIfPossible, writePrivate } from './private-file.ts';

/** What a running runner says of itself, for `status` in another window. */
export const Report = z.object({
	pid: z.int(),
	state: z.enum(['connecting', 'online', 'waiting']),
	sinceMs: z.number(),
	/** Why it is not online. */
	reason: z.string().optional(),
	sessions: z.array(SessionItem),
	/** Terminals that tmux does not answer for. */
	silent: z.array(SilentSession).default([]),
	/** Terminals that are gone, the latest first. */
	gone: z.array(GoneSession).default([])
});
export type Report = z.infer<typeof Report>;

/** The files of a runner, in its folder. All of them are for its owner alone. */
export class Store {
	readonly folder: string;

	constructor(folder: string) {
		this.folder = folder;
	}

	/** The folder in which the one runner of this folder is found. */
	get lockPath(): string {
		return join(this.folder, 'lock');
	}

	/** What this computer was paired with; nothing where it is not. @throws FileProblem */
	get paired(): Paired | undefined {
		return readPrivate(this.#path('credential.json'), Paired);
	}

	/** @throws FileProblem */
	savePaired(paired: Paired): void {
		writePrivate(this.#path('credential.json'), paired);
	}

	/** Forgets the pairing, and the key with it, and what terminals there were. */
	removePaired(): void {
		this.removeFaults();
		rmSync(this.#path('sessions.json'), { force: true });
		rmSync(this.#path('credential.json'), { force: true });
	}

	/** @throws FileProblem */
	get settings(): Settings {
		return readPrivate(this.#path('settings.json'), Settings) ?? Settings.parse({});
	}

	/** @throws FileProblem */
	saveSettings(settings: Settings): void {
		writePrivate(this.#path('settings.json'), settings);
	}

	/** The terminals of the last runner. @throws FileProblem */
	get keptSessions(): KeptSessions | undefined {
		return readPrivate(this.#path('sessions.json'), KeptSessions);
	}

	/** @throws FileProblem */
	saveKeptSessions(kept: KeptSessions): void {
		writePrivate(this.#path('sessions.json'), kept);
	}

	/** Faults of runners that are to be told, or were. @throws FileProblem */
	get faults(): FaultFile | undefined {
		return readPrivate(this.#path('faults.json'), FaultFile);
	}

	/** @throws FileProblem */
	saveFaults(faults: FaultFile): void {
		writePrivate(this.#path('faults.json'), faults);
	}

	removeFaults(): void {
		removeIfPossible(this.#path('faults.json'));
	}

	/** @throws FileProblem */
	get report(): Report | undefined {
		return readPrivate(this.#path('report.json'), Report);
	}

	/** @throws FileProblem */
	saveReport(report: Report): void {
		writePrivate(this.#path('report.json'), report);
	}

	removeReport(): void {
		removeIfPossible(this.#path('report.json'));
	}

	#path(name: string): string {
		return join(this.folder, name);
	}
}
