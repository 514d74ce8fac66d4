import { json, type RequestHandler } from '@sveltejs/kit';
import { PresenceReport } from '#protocol/events';
import { bearerMatches } from './auth/cron-secret';
import { takeReported } from './capture';
import { env } from './env';
import { log } from './log';
import { keepRelayLines } from './log-store';
import { orPageError } from './page-error';
import { hearAbsence } from './services/app-absences';
import { postRelayEventsSoon } from './services/relay-events';
import { hearPresence } from './services/relay-presence';

/** Hears a relay's report, which also shows that the relay is there for what it has to hear. */
export const answerPresence: RequestHandler = async ({ request, locals }) => {
	const { RELAY_INTERNAL_SECRET, RELAY_INTERNAL_SECRET_PREVIOUS } = env();
	const authorization = request.headers.get('authorization');
	if (!bearerMatches(authorization, RELAY_INTERNAL_SECRET, RELAY_INTERNAL_SECRET_PREVIOUS)) {
		return json({ error: 'Unauthorized' }, { status: 401 });
	}
	// What is no JSON is no report, and is refused as such below.
	const report = PresenceReport.safeParse(await request.json().catch(() => undefined)).data;
	if (!report) return json({ error: 'That is no report.' }, { status: 400 });
	const answer = await orPageError(locals.requestId, () => hearPresence(report));
	// Who is online is believed whatever becomes of this.
	for (const absence of report.absences ?? []) {
		await hearAbsence(absence).catch((error: unknown) =>
			log('error', 'Absence of the app could not be kept', { error })
		);
	}
	// A report that is not taken comes again, with the same errors.
	for (const { kind, message, stack } of report.errors ?? []) {
		const error = { kind, message, stack, route: '', release: '', breadcrumbs: [] };
		takeReported(error, 'relay');
	}
	keepRelayLines(report.lines ?? [], report.relayId);
	if (!report.leaving) postRelayEventsSoon();
	return json(answer);
};
