/**
 * The web server: listens, tells the application under which address it was asked, and ends in order.
 * It runs what `pnpm build` made, and needs nothing that is installed for development only.
 *
 * Reads CODA_TIER, PORT, HOST, AUTH_URL (or ORIGIN, NEXTAUTH_URL) and BODY_SIZE_LIMIT; the application reads
 * the rest of the environment.
 */
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCompression } from './serving/compression.mjs';
import { headersFor, prerenderedPages, readSecurityHeaders } from './serving/headers.mjs';
import { originOf } from './serving/origin.mjs';
import { createShedding } from './serving/shedding.mjs';
import { shutDown } from './serving/shutdown.mjs';

/** Headers that only this file sets. The build was made with the prefix CODA_NODE_ for such settings. */
const protocolHeader = 'x-coda-protocol';
const hostHeader = 'x-coda-host';
const ownHeaders = /^x-coda-/;

/** Longer than usual load balancers keep a connection, so that they close it and not we, under a request. */
const keepAliveMs = 65_000;

/** More connections than Node lets wait by itself: one that finds no place tries again only after a second. */
const connectionsWaiting = 4_096;

const { CODA_TIER, VERCEL_ENV, AUTH_URL, ORIGIN, NEXTAUTH_URL, BODY_SIZE_LIMIT } = process.env;
const tier = CODA_TIER || VERCEL_ENV || 'production';
const port = Number(process.env.PORT || 3000);
const listenHost = process.env.HOST || '127.0.0.1';

const address = {
	development: tier === 'development',
	pinned: AUTH_URL || ORIGIN || NEXTAUTH_URL,
	listenHost
};
const build = new URL('../build/', import.meta.url);
const headerSettings = {
	tier,
	security: readSecurityHeaders(),
	pages: prerenderedPages(fileURLToPath(new URL('prerendered', build)))
};

// A closed terminal must not keep the server from ending in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const compress = createCompression();
const server = createServer({ keepAliveTimeout: keepAliveMs, headersTimeout: keepAliveMs + 1_000 });
const handler = await loadHandler();
const shed = createShedding();
server.on('request', answer);
listen();

/** @returns {Promise<import('node:http').RequestListener>} */
async function loadHandler() {
	const file = new URL('handler.js', build);
	if (!existsSync(file)) fail('There is no build yet: run "pnpm build".');
	process.env.CODA_NODE_PROTOCOL_HEADER = protocolHeader;
	process.env.CODA_NODE_HOST_HEADER = hostHeader;
	process.env.CODA_NODE_BODY_SIZE_LIMIT = BODY_SIZE_LIMIT || '1M';
	try {
		return (await import(file.href)).handler;
	} catch (error) {
		// The environment's errors are written for whoever starts this; a stack would only hide them.
		const plain = error instanceof Error && error.name === 'EnvError';
		return fail(plain ? error.message : error);
	}
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function answer(request, response) {
	for (const name of Object.keys(request.headers)) {
		if (ownHeaders.test(name)) Reflect.deleteProperty(request.headers, name);
	}
	const { remoteAddress } = request.socket;
	const origin = originOf({ host: request.headers.host, remoteAddress }, address);
	if (!origin) return void response.writeHead(421).end('This host is not served here.\n');
	request.headers[protocolHeader] = origin.protocol;
	request.headers[hostHeader] = origin.host;

	const [path = '/'] = (request.url ?? '/').split('?');
	const { protocol } = origin;
	for (const [name, value] of Object.entries(headersFor({ path, protocol }, headerSettings))) {
		response.setHeader(name, value);
	}
	if (shed(request, response, path)) return;
	compress(request, response, () => handler(request, response));
}

function listen() {
	server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
		if (error.code !== 'EADDRINUSE') fail(error);
		fail(`Port ${port} is already in use. Start with another one: PORT=${port + 1} npm start.`);
	});
	server.listen({ port, host: listenHost, backlog: connectionsWaiting }, () => {
		const bound = server.address();
		const boundPort = typeof bound === 'object' && bound ? bound.port : port;
		if (process.send) process.send({ type: 'ready', port: boundPort });
		else console.log(`Coda listens on ${listenHost}, port ${boundPort}.`);
	});
	for (const name of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) {
		process.on(name, () => void stop(name));
	}
	// The process that started this one was killed.
	process.once('disconnect', () => void stop('disconnect'));
}

let stopping = false;

/**
 * The first call ends in order; a second signal ends at once.
 *
 * @param {string} reason
 */
async function stop(reason) {
	if (stopping && reason !== 'disconnect') process.exit(1);
	if (stopping) return;
	stopping = true;
	await shutDown(server, reason);
	process.exit(0);
}

/**
 * @param {unknown} problem
 * @returns {never}
 */
function fail(problem) {
	console.error(problem);
	process.exit(1);
}
