import { router } from './init';
import { audit } from './routers/audit';
import { ideas } from './routers/ideas';
import { mails } from './routers/mails';
import { overview } from './routers/overview';
import { passwords } from './routers/passwords';
import { people } from './routers/people';
import { tasks } from './routers/tasks';
import { undo } from './routers/undo';

/** The whole API: one noun, one router. */
export const appRouter = router({ audit, ideas, mails, overview, passwords, people, tasks, undo });

/** The API's type, which is all that a client takes from here. */
export type AppRouter = typeof appRouter;
