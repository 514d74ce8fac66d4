import { error, type RequestEvent } from '@sveltejs/kit';
import { ReportedError } from '$lib/schemas/errors';
import { takeReported } from './capture';
import { clientAddress, networkOf } from './client-address';
import { checkLimit } from './rate-limit';

const BODY_CHARS = 40_000;

/**
 * Takes an error that a page of this site tells of, from anyone: whoever is not signed in meets errors as well.
 *
 * @throws 403 for other sites, 429 for too many of one network, 413 and 400 for what no page of ours sends
 */
export async function takeBrowserError(event: RequestEvent): Promise<void> {
	const { request, url } = event;
	if (request.headers.get('origin') !== url.origin) error(403);
	const network = networkOf(clientAddress(event));
	if (!(await checkLimit('browserError', network)).allowed) error(429);
	takeReported(await readReport(request), 'browser');
}

async function readReport(request: Request): Promise<ReportedError> {
	// Read whatever its length, which the server bounds: a connection with a rest on it is of no use to anyone.
	const body = await request.text();
	if (body.length > BODY_CHARS) error(413);
	try {
		return ReportedError.parse(JSON.parse(body));
	} catch {
		// Not what a page of this site sends; what exactly is wrong with it helps nobody.
		error(400);
	}
}
