import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { add, playwrightCounts, summary, vitestCounts } from './counts';

const folder = mkdtempSync(join(tmpdir(), 'coda-counts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function report(content: unknown): string {
	const file = join(folder, 'report.json');
	writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
	return file;
}

const vitest = (passed: number, failed: number, testResults: unknown[] = []) =>
	report({
		numPassedTests: passed,
		numFailedTests: failed,
		numPendingTests: 1,
		numTodoTests: 1,
		testResults
	});
const playwright = (expected: number, unexpected: number) =>
	report({ stats: { expected, unexpected, flaky: 1, skipped: 0 } });

describe('a Vitest report', () => {
	test('says how many tests passed, failed and were skipped', () => {
		expect(vitestCounts(vitest(3, 2), false)).toEqual({ passed: 3, failed: 2, skipped: 2 });
	});

	test('counts a file that could not be loaded as a failure', () => {
		const unloaded = { status: 'failed', assertionResults: [] };

		expect(vitestCounts(vitest(3, 0, [unloaded]), false)).toMatchObject({ passed: 3, failed: 1 });
	});
});

describe('a Playwright report', () => {
	test('counts a second attempt as passed', () => {
		expect(playwrightCounts(playwright(3, 2), false)).toEqual({ passed: 4, failed: 2, skipped: 0 });
	});
});

describe('a suite has a failure', () => {
	test('when it failed without saying which test', () => {
		expect(vitestCounts(vitest(3, 0), false).failed).toBe(1);
		expect(playwrightCounts(playwright(3, 0), false).failed).toBe(1);
	});

	test('when it ran no test', () => {
		expect(vitestCounts(vitest(0, 0), true).failed).toBe(1);
	});

	test('when its report is missing or half written', () => {
		expect(vitestCounts(join(folder, 'missing.json'), true)).toMatchObject({
			passed: 0,
			failed: 1
		});
		expect(playwrightCounts(report('{"stats":'), true)).toMatchObject({ passed: 0, failed: 1 });
	});
});

test('the last line names skipped tests only when there are some', () => {
	const counts = { passed: 2, failed: 1, skipped: 0 };

	expect(summary(counts)).toBe('2 passed, 1 failed');
	expect(summary(add(counts, { passed: 0, failed: 0, skipped: 3 }))).toBe(
		'2 passed, 1 failed, 3 skipped'
	);
});
