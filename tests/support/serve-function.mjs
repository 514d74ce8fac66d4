/**
 * Serves a function of Vercel as its host does: the folder of the function is where it is started, `.vc-config.json` names its
 * handler, and requests and answers are those of the web. Says its port to whoever has started it.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const { handler } = JSON.parse(readFileSync('.vc-config.json', 'utf8'));
const { default: program } = await import(pathToFileURL(resolve(handler)).href);

const server = createServer(async (request, response) => {
	const chunks = [];
	for await (const chunk of request) chunks.push(chunk);
	const { method, headers, url } = request;
	const answer = await program.fetch(
		new Request(`http://${headers.host}${url}`, {
			method,
			headers: { ...headers, 'x-forwarded-for': '192.0.2.1' },
			body: chunks.length > 0 ? Buffer.concat(chunks) : undefined
		})
	);
	response.writeHead(answer.status, Object.fromEntries(answer.headers));
	response.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
