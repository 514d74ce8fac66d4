import { isRecord, keep, readAllKept } from '$lib/storage';
import { isCaptured, type Waiting } from '$lib/waiting';

/*
 * Until there was a database, what waited lay in the browser's local storage. A tab that is still of that
 * time may leave something there any day.
 */

/** What an older tab left for this person. @returns with the way to forget it, once it is kept elsewhere */
export function readOlder(who: string): { entries: Waiting[]; forget: () => void } {
	const ideas = readAllKept({ key: 'coda-unsent', who }, isRecord);
	const edits = readAllKept({ key: 'coda-idea', who }, isRecord);
	return {
		entries: [
			...ideas.map(({ id, kept }) => newIdea(id, kept)),
			...edits.map(({ id, kept }) => ideaEdit(id, kept))
		].filter((entry) => entry !== undefined),
		forget() {
			for (const { id } of ideas) keep({ key: 'coda-unsent', who, id }, undefined);
			for (const { id } of edits) keep({ key: 'coda-idea', who, id }, undefined);
		}
	};
}

function newIdea(key: string, kept: Record<string, unknown>): Waiting | undefined {
	if (!isCaptured(kept)) return undefined;
	const { title, notes, star, linkUrl } = kept;
	const at = typeof kept.typedAt === 'number' ? kept.typedAt : Date.now();
	return { kind: 'idea', key, at, idea: { title, notes, star, linkUrl } };
}

function ideaEdit(
	id: string,
	{ version, base, mine }: Record<string, unknown>
): Waiting | undefined {
	if (typeof version !== 'number' || !isRecord(base) || !isRecord(mine)) return undefined;
	const title = typeof mine.title === 'string' ? mine.title : '';
	const thing = { of: 'idea' as const, id, href: `/ideas/${id}`, title };
	return { kind: 'edit', key: `${id} older`, at: Date.now(), ...thing, version, base, mine };
}
