import { auditWords } from '$lib/audit-words';
import { RETENTION } from '$lib/server/retention';
import { browserInWords } from '$lib/user-agent';
import type { PageServerLoad } from './$types';

/** The sentences are made here, so that the browser needs no table of them. */
export const load: PageServerLoad = async ({ locals, url }) => {
	const cursor = url.searchParams.get('cursor') ?? undefined;
	const { entries, nextCursor } = await locals.trpc.audit.own({ cursor });
	return {
		entries: entries.map(({ id, at, action, by, outcome, origin, ...target }) => ({
			id,
			at,
			words: auditWords(action, by),
			outcome,
			idea: target.title === null ? undefined : { title: target.title, href: placeOf(target) },
			origin: origin && {
				browser: browserInWords(origin.userAgent),
				address: origin.address,
				place: origin.place
			}
		})),
		nextCursor,
		isFirstPage: !cursor,
		keptDays: RETENTION.auditDays
	};
};

const placeOf = ({ targetId, isInTrash }: { targetId: string | null; isInTrash: boolean }) =>
	isInTrash ? '/trash' : `/ideas/${targetId}`;
