import { readFileSync } from 'node:fs';

/** How many tests ended how. */
export interface Counts {
	passed: number;
	failed: number;
	skipped: number;
}

/** The counts of a check that is one test by itself. */
export function countOf(ok: boolean): Counts {
	return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

export function add(left: Counts, right: Counts): Counts {
	return {
		passed: left.passed + right.passed,
		failed: left.failed + right.failed,
		skipped: left.skipped + right.skipped
	};
}

/** The counts as the last line of a run. */
export function summary({ passed, failed, skipped }: Counts): string {
	return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** What is read of the report that Vitest writes. */
interface VitestReport {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	testResults: { status: string; assertionResults: unknown[] }[];
}

/** What is read of the report that Playwright writes. */
interface PlaywrightReport {
	stats: { expected: number; unexpected: number; flaky: number; skipped: number };
}

/** A suite's tests, by its report. A file that could not even be loaded counts as one failure. */
export function vitestCounts(file: string, ok: boolean): Counts {
	const report = read<VitestReport>(file);
	if (!report) return countOf(false);
	const unloaded = report.testResults.filter(
		({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0
	);
	return honest(ok, {
		passed: report.numPassedTests,
		failed: report.numFailedTests + unloaded.length,
		skipped: report.numPendingTests + report.numTodoTests
	});
}

/** A suite's tests, by its report. A test that passed at a second attempt counts as passed. */
export function playwrightCounts(file: string, ok: boolean): Counts {
	const report = read<PlaywrightReport>(file);
	if (!report) return countOf(false);
	const { expected, unexpected, flaky, skipped } = report.stats;
	return honest(ok, { passed: expected + flaky, failed: unexpected, skipped });
}

/** A suite that failed, or that ran no test, has at least one failure. */
function honest(ok: boolean, counts: Counts): Counts {
	const ran = counts.passed + counts.failed > 0;
	return counts.failed === 0 && (!ok || !ran) ? { ...counts, failed: 1 } : counts;
}

function read<Report>(file: string): Report | null {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as Report;
	} catch {
		return null; // nothing was written, or half of it: the suite was ended
	}
}
