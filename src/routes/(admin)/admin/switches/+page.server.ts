import { randomUUID } from 'node:crypto';
import { fail } from '@sveltejs/kit';
import { ClearSwitch, SetSwitch, type SwitchName } from '$lib/schemas/switches';
import { formFailure } from '$lib/server/form';
import { databaseTime } from '$lib/server/switches';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
	switches: await locals.trpc.switches.list()
});

export const actions: Actions = {
	set: async ({ locals, request }) => {
		const form = await request.formData();
		const name = text(form, 'name');
		const read = Object.hasOwn(VALUES, name) ? VALUES[name as SwitchName] : undefined;
		const input = SetSwitch.safeParse({
			name,
			value: read?.(form),
			forSeconds: Number(text(form, 'forSeconds')) || null,
			reason: text(form, 'reason'),
			confirmed: form.has('confirmed')
		});
		if (!input.success) {
			return fail(400, { name, message: input.error.issues[0]?.message ?? '' });
		}
		try {
			await locals.trpc.switches.set(input.data);
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { name, message: failure.data.message });
		}
		return { name, done: 'Set. It holds everywhere within five seconds.' };
	},

	clear: async ({ locals, request }) => {
		const form = await request.formData();
		const name = text(form, 'name');
		const input = ClearSwitch.safeParse({ name });
		if (!input.success) {
			return fail(400, { name, message: input.error.issues[0]?.message ?? '' });
		}
		await locals.trpc.switches.clear(input.data);
		return { name, done: 'Back to the default.' };
	}
};

const isOn = (form: FormData) => text(form, 'value') === 'on';

/** How the fields of each switch become its value. What they have wrong, the shape refuses. */
const VALUES: Record<SwitchName, (form: FormData) => unknown> = {
	maintenance: (form) => {
		const startsAt = inMinutes(text(form, 'startsIn'));
		return {
			mode: text(form, 'value'),
			message: text(form, 'message'),
			startsAt,
			until: inMinutes(text(form, 'takes'), startsAt)
		};
	},
	signUps: isOn,
	analytics: isOn,
	viewSampling: (form) => Number(text(form, 'value')),
	devMode: isOn,
	rateMultiplier: (form) => Number(text(form, 'value').replace(',', '.')),
	logStore: isOn,
	requestTotals: isOn,
	logLevel: (form) => text(form, 'value'),
	announcement: (form) => {
		const href = text(form, 'href');
		return {
			id: randomUUID(),
			text: text(form, 'text'),
			tone: text(form, 'tone'),
			link: href ? { href, label: text(form, 'label') } : null
		};
	}
};

/** The time in so many minutes, by the clock that ends switches; `null` for none. */
function inMinutes(minutes: string, from: string | null = null): string | null {
	const base = from ? Date.parse(from) : databaseTime();
	return Number(minutes) > 0 ? new Date(base + Number(minutes) * 60_000).toISOString() : null;
}

function text(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value.trim() : '';
}
