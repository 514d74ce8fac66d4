import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '$lib/server/trpc/router';

/** One page of the Trash. */
export type TrashPage = inferRouterOutputs<AppRouter>['trash']['list'];

/** An idea or a feature in the Trash. */
export type Trashed = TrashPage['things'][number];
