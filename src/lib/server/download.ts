/** A JSON document in pieces as a file. */
export const jsonDownload = (pieces: AsyncGenerator<string>, name: string): Response =>
	download(pieces, { name, type: 'application/json', extension: 'json' });

/** Text in pieces as a file. A piece is read whenever there is room for one. */
export function download(
	pieces: AsyncGenerator<string>,
	{ name, type, extension }: { name: string; type: string; extension: string }
): Response {
	const today = new Date().toISOString().slice(0, 10);
	return new Response(streamOf(pieces), {
		headers: {
			'content-type': `${type}; charset=utf-8`,
			'content-disposition': `attachment; filename="${name}-${today}.${extension}"`,
			'cache-control': 'private, no-store'
		}
	});
}

/** Reads no more once nobody listens. */
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
