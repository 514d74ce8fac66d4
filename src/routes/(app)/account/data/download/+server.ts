import { isHttpError, redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

const PAGE = '/account/data';

/** Nothing is downloaded by following a link; whoever comes back from signing in finds the button. */
export const GET: RequestHandler = () => redirect(303, PAGE);

/** Everything about the person as a file. It is read while it is sent, and ends with `"complete":true`. */
export const POST: RequestHandler = async ({ locals }) => {
	const pieces = await locals.trpc.account.export({ confirmed: true }).catch((cause: unknown) => {
		if (isHttpError(cause, 429)) redirect(303, `${PAGE}?wait#download`);
		throw cause;
	});
	const today = new Date().toISOString().slice(0, 10);
	return new Response(streamOf(pieces), {
		headers: {
			'content-type': 'application/json; charset=utf-8',
			'content-disposition': `attachment; filename="coda-${today}.json"`,
			'cache-control': 'private, no-store'
		}
	});
};

/** Reads a piece whenever there is room for one, and no more once nobody listens. */
function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream({
		async pull(controller) {
			const { done, value } = await pieces.next();
			if (done) controller.close();
			else controller.enqueue(encoder.encode(value));
		},
		async cancel() {
			await pieces.return(undefined);
		}
	});
}
