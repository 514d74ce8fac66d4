import { fail } from '@sveltejs/kit';
import type { z } from 'zod';
import { AddChannel, AlertId, SetQuietHours, SetRule } from '$lib/schemas/alerts';
import { isFresh } from '$lib/server/auth/fresh';
import { formFailure, invalidForm } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const { list, rules, channels, quietHours } = locals.trpc.alerts;
	const [alerts, allRules, allChannels, quiet] = await Promise.all([
		list(),
		rules(),
		channels(),
		quietHours()
	]);
	return {
		...{ alerts, quiet },
		rules: allRules,
		channels: allChannels,
		/** Whether a channel can be added without another proof. */
		isFresh: locals.session ? isFresh(locals.session) : false,
		timeZone: locals.session?.shell.timeZone ?? 'UTC'
	};
};

const text = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();

/** What one of the forms came to. `of` says which one it was. */
async function answer<Input>(
	of: string,
	input: z.ZodSafeParseResult<Input>,
	run: (input: Input) => Promise<object>
) {
	if (!input.success) {
		const invalid = invalidForm(input.error);
		const message = input.error.issues[0]?.message ?? '';
		return fail(400, { of, fields: invalid.data.fields, message });
	}
	try {
		return { of, ...(await run(input.data)) };
	} catch (cause) {
		const { status, data } = formFailure(cause);
		return fail(status, { of, fields: data.fields, message: data.message });
	}
}

export const actions: Actions = {
	setRule: async ({ locals, request }) => {
		const form = await request.formData();
		const key = text(form, 'key');
		const minutes = Number(text(form, 'silentMinutes'));
		const input = SetRule.safeParse({
			key,
			isOn: text(form, 'isOn') === 'on',
			silentMinutes: minutes > 0 ? minutes : null
		});
		return answer(`rule-${key}`, input, async (rule) => {
			await locals.trpc.alerts.setRule(rule);
			return { done: 'Set. It counts from the next check on.' };
		});
	},

	endOutside: async ({ locals, request }) => {
		const input = AlertId.safeParse({ id: text(await request.formData(), 'id') });
		return answer('outside', input, async (alert) => {
			await locals.trpc.alerts.endOutside(alert);
			return { done: 'Ended.' };
		});
	},

	addChannel: async ({ locals, request }) => {
		const form = await request.formData();
		const input = AddChannel.safeParse({
			kind: text(form, 'kind'),
			name: text(form, 'name'),
			target: text(form, 'target')
		});
		return answer('add', input, async (channel) => {
			const { secret } = await locals.trpc.alerts.addChannel(channel);
			return { done: 'Added. Send it a test message.', secret };
		});
	},

	removeChannel: async ({ locals, request }) => {
		const id = text(await request.formData(), 'id');
		await locals.trpc.alerts.removeChannel({ id });
		return { of: 'channels', done: 'Taken away.' };
	},

	testChannel: async ({ locals, request }) => {
		const id = text(await request.formData(), 'id');
		const { arrived, says } = await locals.trpc.alerts.testChannel({ id });
		return { of: `channel-${id}`, ...(arrived ? { done: says } : { message: says }) };
	},

	setQuietHours: async ({ locals, request }) => {
		const form = await request.formData();
		const hours = form.has('off')
			? null
			: {
					fromMinute: minuteOf(text(form, 'from')),
					untilMinute: minuteOf(text(form, 'until')),
					timeZone: text(form, 'timeZone'),
					fromSeverity: Number(text(form, 'fromSeverity'))
				};
		return answer('quiet', SetQuietHours.safeParse({ hours }), async (input) => {
			await locals.trpc.alerts.setQuietHours(input);
			return { done: input.hours ? 'Set.' : 'There are no quiet hours any more.' };
		});
	}
};

/** `22:30` as minutes since midnight; what is no time is none. */
function minuteOf(time: string): number {
	const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(time) ?? [];
	return hour && minute && Number(minute) < 60 ? Number(hour) * 60 + Number(minute) : NaN;
}
