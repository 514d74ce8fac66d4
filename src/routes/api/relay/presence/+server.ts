import { json } from '@sveltejs/kit';
import { PresenceReport } from '#protocol/events';
import { bearerMatches } from '$lib/server/auth/cron-secret';
import { env } from '$lib/server/env';
import { orPageError } from '$lib/server/page-error';
import { postRelayEventsSoon } from '$lib/server/services/relay-events';
import { hearPresence } from '$lib/server/services/relay-presence';
import type { RequestHandler } from './$types';

/** Hears from a relay which computers it holds. It also shows that the relay is there, for what it has to hear. */
export const POST: RequestHandler = async ({ request, locals }) => {
	const { RELAY_INTERNAL_SECRET, RELAY_INTERNAL_SECRET_PREVIOUS } = env();
	const authorization = request.headers.get('authorization');
	if (!bearerMatches(authorization, RELAY_INTERNAL_SECRET, RELAY_INTERNAL_SECRET_PREVIOUS)) {
		return json({ error: 'Unauthorized' }, { status: 401 });
	}
	const report = PresenceReport.safeParse(await request.json().catch(() => undefined)).data;
	if (!report) return json({ error: 'That is no report.' }, { status: 400 });
	const answer = await orPageError(locals.requestId, () => hearPresence(report));
	if (!report.leaving) postRelayEventsSoon();
	return json(answer);
};
