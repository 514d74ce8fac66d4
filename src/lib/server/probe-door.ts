import { json, type RequestEvent } from '@sveltejs/kit';
import { TRPCError } from '@trpc/server';
import { TryProbes } from '$lib/schemas/probes';
import { triggerOf } from './cron';
import { tryProbesFor } from './services/probes';
import { freshSwitches } from './switches';

/** Tries one probe, or all: `{ success, probes }`. With 500 where one failed, so that a pipeline stops. */
export async function answerProbes({ url, request, locals }: RequestEvent): Promise<Response> {
	const { requestId } = locals;
	const asked = TryProbes.safeParse({ name: url.searchParams.get('name') ?? undefined });
	if (!asked.success) return json({ error: 'There is no such probe.', requestId }, { status: 404 });
	await freshSwitches();
	const trigger = triggerOf(request) === 'ci' ? 'ci' : 'manual';
	try {
		const probes = await tryProbesFor(trigger, requestId, asked.data);
		const success = probes.every(({ isOk }) => isOk);
		return json({ success, probes, requestId }, { status: success ? 200 : 500 });
	} catch (cause) {
		if (!(cause instanceof TRPCError) || cause.code !== 'CONFLICT') throw cause;
		return json({ success: false, error: cause.message, requestId }, { status: 409 });
	}
}
