import type { RUN_STATES } from '$lib/schemas/tasks';
import type { PageData } from './$types';

/** A task and a run, as the page gets them. */
export type ListedTask = PageData['tasks'][number];
export type ListedRun = PageData['runs'][number];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Tone = 'success' | 'warning' | 'danger' | 'quiet';

/** How a task stands, in a word and a colour. */
export function standingOf({ state, isRunning }: ListedTask): { tone: Tone; label: string } {
	switch (state) {
		case 'new':
			return { tone: 'quiet', label: isRunning ? 'Running' : 'New' };
		case 'up':
			return { tone: 'success', label: isRunning ? 'Running' : 'Up' };
		case 'late':
			return { tone: 'warning', label: 'Late' };
		case 'down':
			return { tone: 'danger', label: 'Down' };
		case 'running-too-long':
			return { tone: 'danger', label: 'Running too long' };
	}
}

/** What each state of a run is called. */
export const RUN_WORDS: Record<(typeof RUN_STATES)[number], { tone: Tone; label: string }> = {
	running: { tone: 'quiet', label: 'Running' },
	succeeded: { tone: 'success', label: 'Succeeded' },
	failed: { tone: 'danger', label: 'Failed' },
	skipped: { tone: 'quiet', label: 'Skipped' },
	lost: { tone: 'warning', label: 'Lost' }
};

/** What began a run. */
export const TRIGGER_WORDS = {
	clock: 'the clock',
	vercel: 'Vercel',
	tick: 'the tick',
	manual: 'a person',
	ci: 'a pipeline'
};

/** When something is due: `in 3 h`, or for how long it has been: `5 min overdue`. */
export function dueInWords(at: Date, now: Date): string {
	const ms = at.valueOf() - now.valueOf();
	const size = Math.abs(ms);
	if (size < MINUTE) return 'now';
	const [unit, name] = size < HOUR ? [MINUTE, 'min'] : size < DAY ? [HOUR, 'h'] : [DAY, 'd'];
	const length = `${Math.floor(size / unit)} ${name}`;
	return ms > 0 ? `in ${length}` : `${length} overdue`;
}

/** What a run did, by kind: `ideas: 12, email links: 3`. Kinds of which there was nothing are left out. */
export function countsInWords(counts: Record<string, number>): string {
	const parts = Object.entries(counts)
		.filter(([, count]) => count > 0)
		.map(([kind, count]) => `${kindInWords(kind)}: ${count.toLocaleString('en')}`);
	return parts.join(', ') || 'nothing to do';
}

/** A kind as it stands in counts, in words: `email links`. */
export const kindInWords = (kind: string) =>
	kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
