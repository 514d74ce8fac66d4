import { startTcpProxy } from '../support/tcp-proxy.ts';

/** A door to Postgres that knows what went through it. */
export interface StatementProxy {
	/** The address of the same database behind it. */
	url: string;
	/** The statements that reached Postgres since the last time that somebody asked, in order. */
	take(): string[];
	stop(): Promise<void>;
}

/** Opens a door to the database of `url` on a free port of this machine. */
export async function startStatementProxy(url: string): Promise<StatementProxy> {
	const { hostname: host, port } = new URL(url);
	let statements: string[] = [];
	const proxy = await startTcpProxy({ host, port: Number(port || 5432) }, () =>
		statementReader((sql) => statements.push(sql))
	);
	const door = new URL(url);
	door.hostname = '127.0.0.1';
	door.port = String(proxy.port);
	return {
		url: door.href,
		take() {
			const taken = statements;
			statements = [];
			return taken;
		},
		stop: proxy.stop
	};
}

/**
 * Reads what a client of Postgres sends: a first message without a type, then messages of a type and a length. A
 * statement is a simple query, or what is executed after it was parsed and bound.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function statementReader(found: (sql: string) => void): (chunk: Buffer) => void {
	const prepared = new Map<string, string>();
	let rest: Buffer = Buffer.alloc(0);
	let hasBegun = false;
	let bound = '';
	const text = (body: Buffer, from: number): [string, number] => {
		const end = body.indexOf(0, from);
		return [body.toString('utf8', from, end), end + 1];
	};
	const message = (type: string, body: Buffer) => {
		if (type === 'Q') found(text(body, 0)[0]);
		else if (type === 'P') {
			const [name, next] = text(body, 0);
			prepared.set(name, text(body, next)[0]);
		} else if (type === 'B') {
			const [, next] = text(body, 0);
			bound = prepared.get(text(body, next)[0]) ?? '';
		} else if (type === 'E') found(bound);
	};
	return (chunk) => {
		rest = Buffer.concat([rest, chunk]);
		for (;;) {
			const head = hasBegun ? 1 : 0;
			if (rest.length < head + 4) return;
			const length = head + rest.readInt32BE(head);
			if (rest.length < length) return;
			if (hasBegun) message(rest.toString('latin1', 0, 1), rest.subarray(5, length));
			hasBegun = true;
			rest = rest.subarray(length);
		}
	};
}
