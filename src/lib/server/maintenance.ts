import type { MaintenanceMode } from '$lib/schemas/switches';
import { refusal } from './refusal';
import { databaseTime, switchNow } from './switches';

/** How far Coda is shut now, or will be. */
export interface MaintenanceNow {
	mode: MaintenanceMode;
	/** What begins at `startsAt`; the same as `mode` once it has begun. */
	planned: MaintenanceMode;
	/** When it begins, where that is still to come. */
	startsAt: Date | null;
	/** When it is expected to be over. */
	until: Date | null;
	/** What the operator says about it; may be empty. */
	message: string;
}

const RETRY_SECONDS = { least: 15, most: 3_600, unknown: 60 };

/** How far Coda is shut. It asks nothing and waits for nothing. */
export function maintenanceNow(): MaintenanceNow {
	const { value, set, forcedBy } = switchNow('maintenance');
	const startsAt = dateOf(value.startsAt);
	const isToCome = startsAt !== null && startsAt.valueOf() > databaseTime();
	return {
		mode: isToCome ? 'off' : value.mode,
		planned: value.mode,
		startsAt: isToCome && value.mode !== 'off' ? startsAt : null,
		until: forcedBy ? null : (dateOf(value.until) ?? set?.expiresAt ?? null),
		message: value.message
	};
}

const dateOf = (time: string | null): Date | null => (time === null ? null : new Date(time));

/** After how many seconds it is worth asking again: at the expected end, and within the hour. */
export function retryAfterSeconds({ until }: Pick<MaintenanceNow, 'until'>): number {
	if (!until) return RETRY_SECONDS.unknown;
	const seconds = Math.ceil((until.valueOf() - databaseTime()) / 1_000);
	return Math.min(Math.max(seconds, RETRY_SECONDS.least), RETRY_SECONDS.most);
}

/** Who wants to change something. */
interface Writer {
	isAdmin: boolean;
	/** Whether it is what operators do, such as ending the maintenance, and not their own content. */
	isOperation: boolean;
}

/**
 * The one rule for changes in maintenance. Read-only holds for everyone's content, an admin's as well, so
 * that a copy of the database misses nothing; what operators do goes on. In full maintenance admins are
 * inside and may try everything.
 *
 * @throws SERVICE_UNAVAILABLE
 */
export function refuseWrite({ isAdmin, isOperation }: Writer): void {
	const { mode } = maintenanceNow();
	if (mode === 'off' || (isAdmin && (mode === 'full' || isOperation))) return;
	throw refusal(
		'SERVICE_UNAVAILABLE',
		mode === 'full' ? 'maintenance.full' : 'maintenance.readOnly'
	);
}

/** What the clock starts also in full maintenance: without mails no admin could sign in, nor hear what is wrong. */
const RUN_IN_FULL: ReadonlySet<string> = new Set(['send-outbox', 'check-alerts']);

/** Whether a task has to wait for the end of the maintenance. */
export function taskIsPaused(task: string): boolean {
	const { mode } = maintenanceNow();
	return mode === 'read-only' || (mode === 'full' && !RUN_IN_FULL.has(task));
}
