import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '$lib/server/trpc/router';

type Answers = inferRouterOutputs<AppRouter>['ideas'];

/** One idea as the person has it. */
export type Idea = Answers['get'];

/** One page of the board. */
export type BoardPage = Answers['list'];

/** An idea as the board shows it: without its notes, but for their first line. */
export type BoardIdea = BoardPage['ideas'][number];

/** How much an idea stands out. */
export type Star = Idea['star'];
