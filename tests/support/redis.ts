import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis } from '../../scripts/verify/redis.ts';
import { freePort } from './free-port.ts';
import { startTcpProxy } from './tcp-proxy.ts';

/** A real Redis that a test may lose. */
export interface TestRedis {
	url: string;
	/** Takes it away as a crash would. */
	kill(): Promise<void>;
	stop(): Promise<void>;
}

/** Starts a Redis of the test's own, or takes `TEST_REDIS_URL`, which is only cut off and never ended. */
export async function startRedis(): Promise<TestRedis> {
	const choice = findRedis();
	return 'url' in choice ? behindProxy(choice.url) : startServer(choice.program);
}

async function behindProxy(given: string): Promise<TestRedis> {
	const url = new URL(given);
	const line = await startTcpProxy({ host: url.hostname, port: Number(url.port || 6379) });
	url.host = `127.0.0.1:${line.port}`;
	return { url: url.href, kill: line.stop, stop: line.stop };
}

async function startServer(program: string): Promise<TestRedis> {
	const folder = mkdtempSync(join(tmpdir(), 'coda-redis-'));
	const port = await freePort();
	const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
	const child = spawn(program, ['--port', String(port), ...settings], {
		stdio: ['ignore', 'pipe', 'inherit']
	});
	const ended = once(child, 'exit');
	let output = '';
	const ready = new Promise<boolean>((resolve) => {
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			if (output.includes('Ready to accept connections')) resolve(true);
		});
		void ended.then(() => resolve(false));
	});
	const kill = async () => {
		child.kill('SIGKILL');
		await ended;
	};
	if (!(await ready)) throw new Error(`Redis did not start:\n${output}`);
	return {
		url: `redis://127.0.0.1:${port}`,
		kill,
		async stop() {
			await kill();
			rmSync(folder, { recursive: true, force: true });
		}
	};
}
