import { PROBES, isProbe } from '$lib/probes';
import { dateOf } from '$lib/time';
import { msText } from '../figures';
import type { PageData } from './$types';

export type ListedProbe = PageData['probes'][number];
type Span = ListedProbe['hours'][number];
type Outcome = Pick<NonNullable<ListedProbe['latest']>, 'isOk' | 'step' | 'cause' | 'durationMs'>;

/** How a probe stands, in a word and a colour. */
export function standingOf({ latest, missing }: ListedProbe) {
	if (missing) return { tone: 'quiet' as const, label: 'Not tried here' };
	if (!latest) return { tone: 'quiet' as const, label: 'Not tried yet' };
	if (latest.isOk) return { tone: 'success' as const, label: 'Works' };
	return { tone: 'danger' as const, label: 'Failed' };
}

/** What a try came to, in a sentence that begins with what was tried. */
export function outcomeInWords(
	probe: string,
	outcome: Outcome & { missing?: string | null; wasTried?: boolean }
): string {
	const { isOk, step, cause, durationMs, missing, wasTried } = outcome;
	const title = isProbe(probe) ? PROBES[probe].title : probe;
	if (missing) return `${title} was not tried. ${missing}`;
	if (wasTried === false) return `${title} was not tried: ${cause}.`;
	if (isOk) return `${title} works, in ${msText(durationMs)}.`;
	return `${title} failed after ${msText(durationMs)} at “${step}”: ${cause}`;
}

/** How a span was: as bad as its tries. */
export function stateOf({ ok, failed }: Span): 'up' | 'degraded' | 'down' | 'unknown' {
	if (failed === 0) return ok === 0 ? 'unknown' : 'up';
	return ok === 0 ? 'down' : 'degraded';
}

/** `14:00 UTC` or `26 Nov 2026`, and how it was. */
export function spanInWords(span: Span, unit: 'hour' | 'day'): string {
	const iso = span.from.toISOString();
	const when = unit === 'day' ? dateOf(iso.slice(0, 10)) : `${iso.slice(11, 16)} UTC`;
	const { ok, failed } = span;
	if (ok + failed === 0) return `${when}: not tried`;
	return `${when}: ${failed === 0 ? `${ok} of ${ok} worked` : `${failed} of ${ok + failed} failed`}`;
}

/** The same of all spans, for those who do not see the bars. */
export function spansInWords(spans: readonly Span[], unit: 'hour' | 'day'): string {
	const tried = spans.filter(({ ok, failed }) => ok + failed > 0);
	const bad = tried.filter(({ failed }) => failed > 0);
	const all = `${tried.length || 'none'} of ${spans.length} ${unit}s tried`;
	const failed = tried.length > 0 ? `, ${bad.length || 'none'} with a failure` : '';
	return [all + failed, ...bad.map((span) => spanInWords(span, unit))].join('; ');
}

/** The share of tries that went well, never rounded up to whole; nothing where nothing was tried. */
export function wellInWords(spans: readonly Span[]): string {
	const ok = spans.reduce((sum, span) => sum + span.ok, 0);
	const all = spans.reduce((sum, span) => sum + span.ok + span.failed, 0);
	if (all === 0) return 'not tried';
	return `${(Math.floor((ok / all) * 10_000) / 100).toFixed(2)} % of ${all.toLocaleString('en')}`;
}
