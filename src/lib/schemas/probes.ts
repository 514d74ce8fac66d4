import * as z from 'zod';
import { PROBE_NAMES } from '../probes';

/** Which probe to try; all of them, where none is named. */
export const TryProbes = z.strictObject({
	name: z.enum(PROBE_NAMES, { error: 'There is no such probe.' }).optional()
});
export type TryProbes = z.output<typeof TryProbes>;
