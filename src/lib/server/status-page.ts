import { isDatabaseUnreachable } from './database-error';
import { log } from './log';
import { maintenanceNow, type MaintenanceNow } from './maintenance';
import { getStatus, STATUS_DAYS, type Status } from './services/status';
import { COMPONENTS, type Component } from './services/alert-rules';
import { freshSwitches } from './switches';
import { within } from './within';

/** Anyone asks, so that one answer serves everyone for half a minute. */
const KEPT_MS = 20_000;
const READ_MS = 3_000;

/** How shared caches may keep the page: for as long as a check takes to come round. */
export const statusCaching = { 'cache-control': 'public, max-age=15, s-maxage=30' };

let latest: { at: number; status: Promise<Status> } | undefined;

/** What the status page says: how Coda is, and whether it is being worked on. */
export interface StatusPage extends Status {
	maintenance: Pick<MaintenanceNow, 'mode' | 'message' | 'until'> | null;
}

/**
 * What the status page says. It is there when the database is not: then what needs it is down, and what was is not
 * known.
 */
export async function readStatus(): Promise<StatusPage> {
	if (!latest || performance.now() - latest.at > KEPT_MS) {
		latest = { at: performance.now(), status: ask() };
	}
	const [status] = await Promise.all([latest.status, within(READ_MS, freshSwitches())]);
	const { mode, message, until } = maintenanceNow();
	return { ...status, maintenance: mode === 'off' ? null : { mode, message, until } };
}

async function ask(): Promise<Status> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('timeout exceeded when trying to connect')), READ_MS);
	});
	try {
		return await Promise.race([getStatus(), late]);
	} catch (error) {
		// A database that is back is asked again at once.
		latest = undefined;
		if (!isDatabaseUnreachable(error)) throw error;
		log('warn', 'Status could not be read', { error });
		return withoutDatabase();
	} finally {
		clearTimeout(timer);
	}
}

/** Mails and terminals may go on for a while: nobody can say. */
const NEED_DATABASE: ReadonlySet<Component> = new Set(['app', 'signIn', 'ideas']);

function withoutDatabase(): Status {
	const today = new Date();
	const days = Array.from({ length: STATUS_DAYS }, (_, index) => ({
		day: new Date(today.valueOf() - (STATUS_DAYS - 1 - index) * 86_400_000)
			.toISOString()
			.slice(0, 10),
		state: 'unknown' as const,
		degradedSeconds: 0,
		downSeconds: 0,
		unwatchedSeconds: 0
	}));
	return {
		state: 'down',
		checkedAt: today,
		components: (Object.keys(COMPONENTS) as Component[]).map((key) => ({
			key,
			name: COMPONENTS[key],
			state: NEED_DATABASE.has(key) ? 'down' : 'unknown',
			days,
			upShare: null,
			watchedShare: null
		})),
		incidents: []
	};
}
