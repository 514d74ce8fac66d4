import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';

/** Every variable of its own that the runner reads. `.env.example` has the same keys. */
export const runnerVariables = z.object({
	CODA_RUNNER_DIR: z.string().refine(isAbsolute, 'must be an absolute path').optional()
});

/** The environment that this program was started with. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;

/**
 * Where a runner keeps its pairing, its settings and what it says of itself: `CODA_RUNNER_DIR`, or the place that
 * the system has for such things.
 *
 * @throws Error where CODA_RUNNER_DIR is not absolute
 */
export function runnerFolder(source: Record<string, string | undefined> = environment): string {
	const given = source.CODA_RUNNER_DIR || undefined;
	const { data, error } = runnerVariables.safeParse({ CODA_RUNNER_DIR: given });
	if (error) throw new Error('CODA_RUNNER_DIR must be an absolute path.');
	if (data.CODA_RUNNER_DIR) return data.CODA_RUNNER_DIR;
	if (process.platform === 'win32') {
		return join(source.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'coda-runner');
	}
	if (process.platform === 'darwin') {
		return join(homedir(), 'Library', 'Application Support', 'coda-runner');
	}
	const state = source.XDG_STATE_HOME;
	return join(
		state && isAbsolute(state) ? state : join(homedir(), '.local', 'state'),
		'coda-runner'
	);
}

/** What its owner has settled on the computer itself. The app has no say in it. */
export const Settings = z.object({
	/** Terminals begin in these and what is inside them; the first is where they begin unasked. */
	folders: z.array(z.string().refine(isAbsolute, 'must be absolute')).default([]),
	/** Whether terminals may be opened. */
	terminals: z.boolean().default(true),
	/** The program of new terminals; absent is the person's own shell. */
	shell: z.string().optional(),
	/** Names of variables that shells get besides the usual ones. */
	passOn: z.array(z.string().regex(/^\w+$/)).default([]),
	/** Whether its person is asked, at the runner's own terminal, before each new one. */
	ask: z.boolean().default(false),
	/** A terminal that nobody looks at and that neither prints nor is typed into is ended after these; 0 is never. */
	idleHours: z.number().nonnegative().default(24),
	/** Whether faults of the runner itself are told to the app. */
	reportFaults: z.boolean().default(false)
});
export type Settings = z.infer<typeof Settings>;
