import type { PageData } from './$types';

/** An alert, a rule and a channel, as the page gets them. */
export type ListedAlert = PageData['alerts']['open'][number];
export type ListedRule = PageData['rules'][number];
export type ListedChannel = PageData['channels'][number];

/** What one of the forms of the page came to. */
export interface Answer {
	of: string;
	done?: string;
	message?: string;
	fields?: Record<string, string[]>;
	/** What messages of a new webhook are signed with. */
	secret?: string | null;
}

type Tone = 'success' | 'warning' | 'danger' | 'quiet';

/** How grave something is, in a word and a colour. */
export const severityMark = (severity: number): { tone: Tone; label: string } => ({
	tone: severity <= 2 ? 'danger' : severity === 3 ? 'warning' : 'quiet',
	label: `Severity ${severity}`
});

/** How an alert stands. */
export function stateMark({ state, clearSince, toldAt }: ListedAlert): {
	tone: Tone;
	label: string;
} {
	if (state === 'pending') return { tone: 'quiet', label: 'Seen' };
	if (state === 'recovered') return { tone: 'success', label: 'Over' };
	if (clearSince) return { tone: 'warning', label: 'Getting well' };
	return { tone: 'danger', label: toldAt ? 'Fires' : 'Fires, held back' };
}

/** How a rule stands, by its last reading. */
export function ruleMark({ isOn, error, readAt, readings }: ListedRule): {
	tone: Tone;
	label: string;
} {
	if (!isOn) return { tone: 'quiet', label: 'Off' };
	if (error) return { tone: 'warning', label: 'Cannot be read' };
	if (!readAt) return { tone: 'quiet', label: 'Ready' };
	return readings.some(({ isBad }) => isBad)
		? { tone: 'danger', label: 'Bad' }
		: { tone: 'success', label: 'Good' };
}

/** What a rule read last, in a line: what is bad, else how it is. */
export function readingInWords({ readings, error }: ListedRule): string {
	if (error) return error;
	const shown = readings.some(({ isBad }) => isBad)
		? readings.filter(({ isBad }) => isBad)
		: readings;
	const [first, ...rest] = shown;
	if (!first) return 'nothing to tell';
	if (rest.length > 0 && !first.isBad) return `all ${shown.length} are well`;
	return shown.map(({ subject, says }) => (subject ? `${subject}: ${says}` : says)).join('; ');
}

/** What each kind of channel is called. */
export const CHANNEL_WORDS: Record<ListedChannel['kind'], string> = {
	mail: 'Mail',
	slack: 'Slack',
	discord: 'Discord',
	ntfy: 'ntfy',
	json: 'Webhook (JSON)'
};

/** What became of a channel's last message. */
export function lastMark({ last, kind }: ListedChannel): { tone: Tone; label: string } {
	if (kind === 'mail') return { tone: 'quiet', label: 'See the mail log' };
	if (!last) return { tone: 'quiet', label: 'Not used yet' };
	if (last.state === 'sent') return { tone: 'success', label: 'Arrived' };
	if (last.state === 'failed') return { tone: 'danger', label: 'Given up' };
	return last.error ? { tone: 'warning', label: 'Tried again' } : { tone: 'quiet', label: 'Waits' };
}

/** Minutes since midnight as a clock shows them. */
export const timeOf = (minute: number): string =>
	`${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
