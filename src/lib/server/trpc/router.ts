import { router } from './init';
import { account } from './routers/account';
import { alerts } from './routers/alerts';
import { analytics } from './routers/analytics';
import { announcements } from './routers/announcements';
import { audit } from './routers/audit';
import { consents } from './routers/consents';
import { conversions } from './routers/conversions';
import { costs } from './routers/costs';
import { database } from './routers/database';
import { errors } from './routers/errors';
import { features } from './routers/features';
import { guide } from './routers/guide';
import { ideas } from './routers/ideas';
import { imports } from './routers/imports';
import { incidents } from './routers/incidents';
import { logs } from './routers/logs';
import { mails } from './routers/mails';
import { overview } from './routers/overview';
import { pairings } from './routers/pairings';
import { passwords } from './routers/passwords';
import { people } from './routers/people';
import { preferences } from './routers/preferences';
import { probes } from './routers/probes';
import { problems } from './routers/problems';
import { search } from './routers/search';
import { revisions } from './routers/revisions';
import { runner } from './routers/runner';
import { runners } from './routers/runners';
import { sessions } from './routers/sessions';
import { switches } from './routers/switches';
import { tags } from './routers/tags';
import { tasks } from './routers/tasks';
import { terminals } from './routers/terminals';
import { trash } from './routers/trash';
import { undo } from './routers/undo';

/** The whole API: one noun, one router. */
export const appRouter = router({
	account,
	alerts,
	analytics,
	announcements,
	audit,
	consents,
	conversions,
	costs,
	database,
	errors,
	features,
	guide,
	ideas,
	imports,
	incidents,
	logs,
	mails,
	overview,
	pairings,
	passwords,
	people,
	preferences,
	probes,
	problems,
	search,
	revisions,
	runner,
	runners,
	sessions,
	switches,
	tags,
	tasks,
	terminals,
	trash,
	undo
});

/** The API's type, which is all that a client takes from here. */
export type AppRouter = typeof appRouter;
