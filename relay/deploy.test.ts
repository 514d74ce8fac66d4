import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { connectPair, relaySecrets } from '#tests/support/relay';
import { FRAME } from '#protocol/frames';
import { RELAY_LIMITS } from './limits.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const read = (name: string) => readFileSync(path(name), 'utf8');

describe.each(['fly.toml', 'fly.dev.toml'])('%s', (name) => {
	const text = read(name);
	const value = (key: string) => new RegExp(`^\\s*${key} = "?([^"\\n]+)"?$`, 'm').exec(text)?.[1];

	test('leaves more time to stop than closing takes', () => {
		expect(value('kill_signal')).toBe('SIGTERM');
		expect(Number(value('kill_timeout')) * 1000).toBeGreaterThan(
			RELAY_LIMITS.drainMs + RELAY_LIMITS.closeMs
		);
	});

	test('keeps two machines, counts connections, and sends people where it is ready', () => {
		expect(value('primary_region')).toBe('iad');
		expect(value('min_machines_running')).toBe('2');
		expect(value('auto_stop_machines')).toBe('off');
		expect(value('type')).toBe('connections');
		expect(Number(value('hard_limit'))).toBeLessThanOrEqual(RELAY_LIMITS.sockets);
		expect(value('path')).toBe('/readyz');
	});

	test('listens where the image listens', () => {
		const image = read('Dockerfile');

		expect(image).toContain(`RELAY_PORT=${value('internal_port')} `);
		expect(image).toContain(
			`RELAY_METRICS_PORT=${/\[metrics\]\n\s+port = (\d+)/.exec(text)?.[1]}\n`
		);
	});
});

test('the image is of one pinned release of Node, and runs without root', () => {
	const image = read('Dockerfile');
	const bases = [...image.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);

	expect(new Set(bases).size).toBe(1);
	expect(bases[0]).toMatch(/^node:22\.\d+\.\d+-/);
	expect(image).toMatch(/^USER node$/m);
});

test('the bundled file needs nothing beside it, and carries a keystroke', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'coda-relay-'));
	const file = join(folder, 'relay.mjs');
	execFileSync(
		process.execPath,
		['--import', 'tsx', path('../scripts/build-relay.ts'), '--out', file],
		{ cwd: path('..') }
	);
	const child = spawn(process.execPath, [file], {
		cwd: folder,
		env: {
			CODA_TIER: 'development',
			RELAY_PORT: '0',
			DEVMODE_JWT_SECRET: relaySecrets.ticket,
			RELAY_INTERNAL_SECRET: relaySecrets.internal
		},
		stdio: ['ignore', 'ignore', 'inherit', 'ipc']
	});
	const [{ port }] = (await once(child, 'message')) as [{ port: number }];

	const { runner, writer } = await connectPair(`ws://127.0.0.1:${port}`);
	writer.send(FRAME.INPUT, 1, 'l');

	expect(String((await runner.frame(FRAME.INPUT)).body)).toBe('l');
	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	expect(await ended).toEqual([0, null]);
	rmSync(folder, { recursive: true });
});
