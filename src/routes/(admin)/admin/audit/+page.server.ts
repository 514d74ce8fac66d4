import { AuditFilter, auditFilterIn } from '$lib/schemas/audit';
import { auditWords } from '$lib/audit-words';
import { browserInWords } from '$lib/user-agent';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const filter = auditFilterIn(url.searchParams);
	const cursor = url.searchParams.get('cursor') ?? undefined;
	const [page, chain] = await Promise.all([
		locals.trpc.audit.list({ ...filter, cursor }),
		locals.trpc.audit.chain()
	]);
	const used = Object.entries(filter).filter(([, value]) => value !== '');
	const isRefined = (name: string) => (url.searchParams.get(name) ?? '') !== '';
	return {
		filter,
		/** The filter as an address holds it. */
		query: new URLSearchParams(used).toString(),
		/** Fields that were filled in and make no sense. */
		ignored: Object.keys(AuditFilter.shape).filter(
			(name) => isRefined(name) && !used.some(([known]) => known === name)
		),
		cursor,
		nextCursor: page.nextCursor,
		entries: page.entries.map(({ origin, ...entry }) => ({
			...entry,
			words: auditWords(entry.action, entry.actorKind === 'system' ? 'coda' : 'you'),
			origin:
				typeof origin === 'object'
					? { ...origin, browser: browserInWords(origin.userAgent) }
					: origin
		})),
		chain
	};
};
