import { mkdirSync, rmSync } from 'node:fs';
import { projectPath } from '../local/project.ts';
import { packageScript, runCommand, type StepCommand } from './commands.ts';
import { countOf, playwrightCounts, vitestCounts, type Counts } from './counts.ts';

/** One thing that is checked, and how it counts. */
export interface Step {
	name: string;
	run(signal: AbortSignal): Promise<Counts>;
}

/** Steps under one heading. */
export interface Section {
	title: string;
	steps: Step[];
}

/** A check that is one test: it passes when all its commands do. What a failing one printed is shown. */
export function check(name: string, ...commands: StepCommand[]): Step {
	return {
		name,
		async run(signal) {
			for (const command of commands) {
				const { ok, output } = await runCommand({ ...command, signal });
				if (ok) continue;
				console.log(output.trimEnd());
				return countOf(false);
			}
			return countOf(true);
		}
	};
}

/** A Vitest project, which prints as it runs. */
export function vitestSuite(project: string, env: NodeJS.ProcessEnv = {}): Step {
	return {
		name: project,
		async run(signal) {
			const report = newReport(project);
			const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
			const { ok } = await runCommand({
				script: packageScript('vitest', 'vitest.mjs'),
				args: ['run', '--project', project, '--silent=passed-only', ...reporters],
				env,
				live: true,
				signal
			});
			return vitestCounts(report, ok);
		}
	};
}

/** The end-to-end tests of a Playwright project, which print as they run. */
export function browserSuite(project: string): Step {
	return {
		name: `end-to-end, ${project}`,
		async run(signal) {
			const report = newReport(`e2e-${project}`);
			const { ok } = await runCommand({
				script: projectPath('scripts/test-e2e.ts'),
				args: [`--project=${project}`],
				env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
				live: true,
				signal
			});
			return playwrightCounts(report, ok);
		}
	};
}

/** Where a suite writes its report; an older one is removed, so that it cannot be read for this one. */
function newReport(name: string): string {
	mkdirSync(projectPath('test-results'), { recursive: true });
	const file = projectPath(`test-results/${name}.json`);
	rmSync(file, { force: true });
	return file;
}
