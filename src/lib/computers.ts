import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '$lib/server/trpc/router';

type Outputs = inferRouterOutputs<AppRouter>;

/** A paired computer. */
export type Runner = Outputs['runners']['list'][number];

/** One that was let in, and has not come yet. */
export type Coming = Outputs['pairings']['coming'][number];

/** One that asks to be let in. */
export type AskingComputer = Outputs['pairings']['find'];
