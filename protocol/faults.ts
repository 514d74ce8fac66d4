import * as z from 'zod';
import { WIRE } from './limits.ts';
import { shownVersion } from './pairing.ts';

/**
 * A fault of a runner itself, as it tells its app of one where the person at the computer has said that it may. The
 * runner blanks what is the person's before it is kept, and the app blanks secrets once more.
 */
export const RunnerFault = z.object({
	/** The class, with its code where it has one. */
	kind: z.string().max(80),
	message: z.string().max(300),
	/** Lines of the runner's own files, with their positions. */
	stack: z.string().max(4_000),
	/** The runner's version. */
	version: shownVersion,
	/** `linux`, `darwin` or `win32`, and the processor: `linux-x64`. */
	platform: z.string().regex(/^[a-z0-9]{1,20}-[a-z0-9_]{1,20}$/),
	/** Node's version: `22.23.3`. */
	node: z.string().regex(/^[\w.+-]{1,40}$/),
	/** How often it has happened since it was told of last. */
	times: z.int().min(1).max(WIRE.faultTimes)
});
export type RunnerFault = z.infer<typeof RunnerFault>;
