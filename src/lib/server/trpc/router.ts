import { router } from './init';
import { announcements } from './routers/announcements';
import { audit } from './routers/audit';
import { ideas } from './routers/ideas';
import { mails } from './routers/mails';
import { overview } from './routers/overview';
import { passwords } from './routers/passwords';
import { people } from './routers/people';
import { problems } from './routers/problems';
import { switches } from './routers/switches';
import { tasks } from './routers/tasks';
import { undo } from './routers/undo';

/** The whole API: one noun, one router. */
export const appRouter = router({
	announcements,
	audit,
	ideas,
	mails,
	overview,
	passwords,
	people,
	problems,
	switches,
	tasks,
	undo
});

/** The API's type, which is all that a client takes from here. */
export type AppRouter = typeof appRouter;
