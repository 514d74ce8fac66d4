import { afterEach, describe, expect, test, vi } from 'vitest';
import { formatLine, log, redactText } from './log';
import { withRequestContext } from './request-context';

afterEach(() => vi.restoreAllMocks());

const line = (fields: object) =>
	JSON.parse(formatLine('info', 'Something', fields)) as Record<string, unknown>;

describe('log', () => {
	test.each(['info', 'warn', 'error'] as const)('writes %s to its console method', (level) => {
		const written = vi.spyOn(console, level).mockImplementation(() => undefined);

		log(level, 'Something');

		expect(JSON.parse(String(written.mock.calls[0]?.[0]))).toMatchObject({ level });
	});

	test('leaves out what is below the level', () => {
		const written = vi.spyOn(console, 'debug').mockImplementation(() => undefined);

		log('debug', 'Detail');

		expect(written).not.toHaveBeenCalled();
	});
});

describe('formatLine', () => {
	test('keeps reserved fields from being overwritten', () => {
		const entry = line({ level: 'fatal', timestamp: 1, message: 'Other', ideaId: 7 });

		expect(entry).toMatchObject({ level: 'info', message: 'Something', ideaId: 7 });
		expect(entry).toMatchObject({ 'field.level': 'fatal', 'field.message': 'Other' });
		expect(Date.parse(String(entry.timestamp))).toBeGreaterThan(0);
	});

	test('spells errors out, with their causes', () => {
		const error = new Error('Outer', { cause: new TypeError('Inner') });

		expect(line({ error }).error).toMatchObject({
			name: 'Error',
			message: 'Outer',
			stack: expect.stringContaining('log.test'),
			cause: { name: 'TypeError', message: 'Inner' }
		});
	});

	test('stays on one line whatever it is given', () => {
		const text = formatLine('info', 'First\nsecond', { note: 'a\r\nb\u2028c' });

		expect(text.split('\n')).toHaveLength(1);
	});

	test('survives cycles, big integers, functions and invalid dates', () => {
		const cycle: Record<string, unknown> = {};
		cycle.self = cycle;

		expect(line({ cycle, big: 10n, fn: () => 1, when: new Date(NaN) })).toMatchObject({
			big: '10',
			when: null
		});
	});

	test('carries the request that is being answered', () => {
		const entry = withRequestContext({ requestId: 'r-1', userId: 'u-1' }, () => line({}));

		expect(entry).toMatchObject({ requestId: 'r-1', userId: 'u-1' });
	});

	test('blanks secrets by name and by shape, at any depth', () => {
		const text = formatLine('info', 'To postgres://coda:hunter2@db/coda', {
			password: 'hunter2',
			headers: { authorization: 'Bearer hunter2', cookie: 'a=hunter2' },
			list: [{ sessionToken: 'hunter2' }],
			url: 'https://coda.test/sign-in/confirm?token=hunter2',
			error: new Error('failed: smtp://me:hunter2@mail.test')
		});

		expect(text).not.toContain('hunter2');
		expect(text).toContain('postgres://[redacted]@db/coda');
	});
});

describe('redactText', () => {
	test('cuts what is endless', () => {
		expect(redactText('x'.repeat(1_000_000)).length).toBeLessThan(10_000);
	});
});

test('a text without an end costs so much more as it is longer, not its square', () => {
	const fastestMs = (text: string) => {
		const times = Array.from({ length: 30 }, () => {
			const startedAt = performance.now();
			redactText(text);
			return performance.now() - startedAt;
		});
		return Math.min(...times);
	};
	const short = fastestMs('a'.repeat(500));

	const long = fastestMs('a'.repeat(8_000));

	// Sixteen times as long; the square would be 256.
	expect(long / short).toBeLessThan(80);
	const secret = `${'a'.repeat(4_000)}postgres://coda:hunter2@db`;
	expect(redactText(secret)).not.toContain('hunter2');
});
