import { join } from 'node:path';
import { dataFolderPath } from '../local/data-folder.ts';
import { stopAbandonedPostgres } from '../local/postgres.ts';
import { printError } from '../local/script.ts';
import { stopSignal } from '../local/stop-signal.ts';
import { add, countOf, summary, type Counts } from './counts.ts';
import type { Section, Step } from './steps.ts';

/**
 * Runs all steps, also after one has failed, and prints what each took. The last line is the summary.
 *
 * @returns the exit code: 1 when anything failed or the run was ended early
 */
export async function runLane(sections: readonly Section[]): Promise<number> {
	const signal = stopSignal(() => process.exit(1));
	let total: Counts = { passed: 0, failed: 0, skipped: 0 };
	for (const { title, steps } of sections) {
		if (signal.aborted) break;
		console.log(`\n=== ${title}`);
		for (const step of steps) {
			if (!signal.aborted) total = add(total, await runStep(step, signal));
		}
	}
	// A suite that was ended early may have left its database.
	await stopAbandonedPostgres(join(dataFolderPath(), 'test'));
	if (signal.aborted) console.log('\nEnded early.');
	console.log(`\n${summary(total)}`);
	return total.failed > 0 || signal.aborted ? 1 : 0;
}

async function runStep(step: Step, signal: AbortSignal): Promise<Counts> {
	const started = Date.now();
	let counts: Counts;
	try {
		counts = await step.run(signal);
	} catch (error) {
		printError(error);
		counts = countOf(false);
	}
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	console.log(
		`${counts.failed === 0 ? 'ok' : 'FAILED'}: ${step.name}, ${summary(counts)} (${seconds} s)`
	);
	return counts;
}
