import { randomUUID } from 'node:crypto';
import { fail, redirect, type Cookies } from '@sveltejs/kit';
import { joinNotes, parseCapture } from '$lib/capture';
import type { Star } from '$lib/ideas';
import { LIMITS } from '$lib/limits';
import { FILTERS, SORTS, StarIdea } from '$lib/schemas/ideas';
import { Tag } from '$lib/schemas/tags';
import { boardNotes, parseSearch } from '$lib/search-query';
import { formFailure } from '$lib/server/form';
import type { View } from '$lib/state/board.svelte';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, cookies }) => {
	const view = viewOf(url);
	const cursor = url.searchParams.get('cursor') ?? undefined;
	return {
		view,
		/** What of the search was understood differently, or has no place on a board. */
		notes: view.q ? boardNotes(parseSearch(view.q)) : [],
		board: await locals.trpc.ideas.list({ ...view, cursor }),
		isFirstPage: !cursor,
		folded: foldedSections(cookies),
		/** Makes sure that the form without a script makes one idea, however often it is sent. */
		clientKey: randomUUID()
	};
};

export const actions: Actions = {
	create: async ({ locals, request, url }) => {
		const form = await request.formData();
		const [line, notes, clientKey] = [
			text(form, 'title'),
			text(form, 'notes'),
			text(form, 'clientKey')
		];
		const captured = parseCapture(line);
		try {
			const { notice } = await locals.trpc.ideas.create({
				...captured,
				clientKey,
				notes: joinNotes(captured.notes, notes)
			});
			if (notice) return { notice };
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, line, notes });
		}
		redirect(303, sameView(url));
	},

	star: async ({ locals, request, url }) => {
		const form = await request.formData();
		const star = StarIdea.shape.star.catch('none').parse(form.get('star'));
		const { notice } = await locals.trpc.ideas.star({ id: text(form, 'id'), star });
		if (notice) return { notice };
		redirect(303, sameView(url));
	},

	delete: async ({ locals, request }) => {
		const form = await request.formData();
		const { title, undoToken } = await locals.trpc.ideas.delete({ id: text(form, 'id') });
		return { title, undoToken };
	},

	guide: async ({ locals, request, url }) => {
		const clientKey = text(await request.formData(), 'clientKey');
		try {
			await locals.trpc.guide.start({ clientKey });
		} catch (cause) {
			return formFailure(cause);
		}
		redirect(303, sameView(url));
	},

	undo: async ({ locals, request, url }) => {
		const form = await request.formData();
		try {
			await locals.trpc.undo.redeem({ token: text(form, 'token') });
		} catch (cause) {
			return formFailure(cause);
		}
		redirect(303, sameView(url));
	}
};

/** Sort, filter, tag and search as the address has them; what it has wrong is as if it were not there. */
function viewOf({ searchParams }: URL): View {
	const [sort, filter] = [searchParams.get('sort'), searchParams.get('filter')];
	const tag = Tag.safeParse(searchParams.get('tag'));
	const q = [...(searchParams.get('q') ?? '').trim()].slice(0, LIMITS.searchChars).join('');
	return {
		sort: SORTS.find((one) => one === sort) ?? 'manual',
		filter: FILTERS.find((one) => one === filter) ?? 'all',
		...(tag.success && { tag: tag.data }),
		...(q && { q })
	};
}

/** The address of the page that a form was sent from. */
function sameView({ pathname, searchParams }: URL): string {
	const kept = new URLSearchParams();
	for (const name of ['sort', 'filter', 'tag', 'q', 'cursor']) {
		const value = searchParams.get(name);
		if (value) kept.set(name, value);
	}
	return kept.size > 0 ? `${pathname}?${kept}` : pathname;
}

function foldedSections(cookies: Cookies): Star[] {
	const names = (cookies.get('coda-folded') ?? '').split('.');
	return (['super', 'star', 'none'] as const).filter((star) => names.includes(star));
}

function text(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}
