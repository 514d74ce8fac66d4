import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '$lib/server/trpc/router';

type Answers = inferRouterOutputs<AppRouter>['features'];

/** One feature with everything in it. */
export type Feature = Answers['get'];

/** A feature as the plan of its idea shows it. */
export type OutlineFeature = Answers['list'][number];
