import { describe, expect, test, vi } from 'vitest';
import { insertLogLines } from '$lib/server/services/log-lines';
import { logs } from '../../scripts/ops/logs';

const hostile = {
	at: new Date(),
	level: 'error',
	message: 'Bad \u001b]0;title\u0007\nline',
	source: 'app',
	release: 'abc',
	route: '/ideas',
	requestId: 'request-1',
	userId: null,
	runId: null,
	fields: '{"n":1}'
} as const;

async function printed(...args: string[]): Promise<string[]> {
	const lines: string[] = [];
	const said = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
	const noted = vi.spyOn(console, 'error').mockImplementation(() => undefined);
	try {
		await logs.run(args);
	} finally {
		said.mockRestore();
		noted.mockRestore();
	}
	return lines;
}

describe('pnpm ops logs', () => {
	test('prints what matches, one line each, and nothing of it acts in the terminal', async () => {
		await insertLogLines([
			hostile,
			{ ...hostile, level: 'info', message: 'Calm', requestId: null },
			{ ...hostile, message: 'Old', at: new Date(Date.now() - 7_200_000) }
		]);

		expect(await printed('--level', 'error')).toEqual([
			expect.stringContaining(
				'ERROR  Bad \\u{1b}]0;title\\u{7}\\u{a}line  /ideas  request request-1  {"n":1}'
			)
		]);
		expect(await printed('--since', '1d', '--text', 'Old')).toHaveLength(1);
		const [json] = await printed('--request', 'request-1', '--json');
		expect(JSON.parse(json ?? '')).toMatchObject({ message: hostile.message, fields: { n: 1 } });
	});

	test.each([
		[['--level', 'loud']],
		[['--since', 'yesterday']],
		[['--limit', '0']],
		[['--unknown']],
		[['word']]
	])('refuses %j', async (args) => {
		await expect(printed(...args)).rejects.toThrow();
	});
});
