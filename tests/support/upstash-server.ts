import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'redis';

/** How the stand-in answers instead of asking Redis. */
export type Lie = (request: IncomingMessage, response: ServerResponse) => void;

/** Upstash's REST interface in front of a real Redis. */
export interface UpstashServer {
	url: string;
	token: string;
	/** How many requests have come, and the commands in them. */
	requests: string[][];
	/** From now on answers like this; without an argument honestly again. */
	lie(how?: Lie): void;
	stop(): Promise<void>;
}

/** A Redis of one's own refuses the flags that Upstash's scripts begin with. */
const FLAGS = /^#!lua flags=allow-key-locking\r?\n/;

const TOKEN = 'tests-only-upstash-token';

/** Starts the stand-in on a free port. It is gone with `stop`; the Redis is not its own. */
export async function startUpstash(redisUrl: string): Promise<UpstashServer> {
	const redis = createClient({
		url: redisUrl,
		disableOfflineQueue: true,
		socket: { reconnectStrategy: (attempt) => Math.min(attempt * 50, 500) }
	});
	// What a broken connection means is told to whoever sends a command.
	redis.on('error', () => {});
	await redis.connect();

	/** The hash of a script as Upstash knows it, and as this Redis does without the flags. */
	const hashes = new Map<string, string>();
	const translate = ([name = '', script = '', ...rest]: string[]): string[] => {
		if (name.toLowerCase() === 'evalsha') return [name, hashes.get(script) ?? script, ...rest];
		if (name.toLowerCase() !== 'eval') return [name, script, ...rest].filter((part) => part !== '');
		const plain = script.replace(FLAGS, '');
		hashes.set(sha1(script), sha1(plain));
		return [name, plain, ...rest];
	};
	const answerTo = async (command: unknown[], encode: boolean) => {
		try {
			const result = await redis.sendCommand(translate(command.map(String)));
			return { result: encode ? encoded(result) : result };
		} catch (error) {
			return { error: error instanceof Error ? error.message : String(error) };
		}
	};

	const requests: string[][] = [];
	let lie: Lie | undefined;
	const server = createServer((request, response) => {
		void (async () => {
			const body = Buffer.concat(await request.toArray()).toString();
			const given = JSON.parse(body || '[]') as unknown[];
			const isPipeline = /^\/(pipeline|multi-exec)$/.test(request.url ?? '');
			const commands = (isPipeline ? given : [given]) as unknown[][];
			requests.push(commands.map(([name]) => String(name)));
			if (lie) return lie(request, response);
			if (request.headers.authorization !== `Bearer ${TOKEN}`) {
				return send(response, 401, { error: 'WRONGPASS invalid or missing auth token' });
			}
			const encode = request.headers['upstash-encoding'] === 'base64';
			const answers = [];
			for (const command of commands) answers.push(await answerTo(command, encode));
			const [only = {}] = answers;
			if (isPipeline) send(response, 200, answers);
			else send(response, 'error' in only ? 400 : 200, only);
		})();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		token: TOKEN,
		requests,
		lie: (how) => (lie = how),
		async stop() {
			redis.destroy();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

function send(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Strings travel as base64 when the client asks for it; numbers do not. */
function encoded(value: unknown): unknown {
	if (typeof value === 'string' && value !== 'OK') return Buffer.from(value).toString('base64');
	return Array.isArray(value) ? value.map(encoded) : value;
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
