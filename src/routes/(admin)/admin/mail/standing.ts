import type { MailState } from '$lib/schemas/mails';
import { ageOf } from '$lib/time';

/** How a mail stands, as it is drawn. */
export interface Standing {
	tone: 'success' | 'warning' | 'danger' | 'quiet';
	label: string;
}

/** What each state is called. */
export const STATE_NAMES: Record<MailState, string> = {
	pending: 'Waiting',
	sent: 'Sent',
	delivered: 'Delivered',
	bounced: 'Came back',
	failed: 'Given up',
	withheld: 'Withheld'
};

const TONES: Record<MailState, Standing['tone']> = {
	pending: 'quiet',
	sent: 'success',
	delivered: 'success',
	bounced: 'danger',
	failed: 'danger',
	withheld: 'quiet'
};

/** What is told of a mail. */
interface Told {
	state: MailState;
	lastError: string | null;
	bounceReason: string | null;
}

/** One that failed before and waits for its next attempt is worth a look. */
export function standingOf({ state, lastError }: Pick<Told, 'state' | 'lastError'>): Standing {
	if (state === 'pending' && lastError) return { tone: 'warning', label: 'Trying again' };
	return { tone: TONES[state], label: STATE_NAMES[state] };
}

/** What happened to it, in the words of whoever said so; empty where there is nothing to say. */
export const wordsOf = ({ state, lastError, bounceReason }: Told): string =>
	(state === 'bounced' ? bounceReason : lastError) ?? '';

/** The name of a mail as words: `newDevice` is “new device”. */
export const templateName = (template: string | null): string =>
	template?.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) ?? 'unknown';

const MINUTE_MS = 60_000;

/** When a mail that waits leaves. */
export function leavesIn(at: Date, now: Date): string {
	const inMs = at.valueOf() - now.valueOf();
	if (inMs <= 0) return 'leaves at once';
	return inMs < MINUTE_MS ? 'leaves within a minute' : `leaves in ${ageOf(now, at)}`;
}
