import { existsSync } from 'node:fs';
import { build } from '../local/build.ts';
import { projectPath } from '../local/project.ts';
import { packageScript } from './commands.ts';
import { countOf } from './counts.ts';
import { browserSuite, check, vitestSuite, type Section, type Step } from './steps.ts';

const prettier = packageScript('prettier', 'bin/prettier.cjs');
const eslint = packageScript('eslint', 'bin/eslint.js');
const svelteKit = packageScript('@sveltejs/kit', 'svelte-kit.js');
const svelteCheck = packageScript('svelte-check', 'bin/svelte-check');

/** A build for one target. Vercel's needs no secrets, and nothing of this environment. */
function buildFor(target: 'node' | 'vercel', proof: string): Step {
	return {
		name: `for ${target}`,
		async run(signal) {
			await build({ say: () => {}, signal, target });
			return countOf(existsSync(projectPath(proof)));
		}
	};
}

/** Everything that has to hold before a change is shared. */
export const fastLane: Section[] = [
	{
		title: 'Lint',
		steps: [
			check('format (prettier)', { script: prettier, args: ['--check', '.'] }),
			check('rules (eslint)', { script: eslint, args: ['.'] }),
			check('migrations', { script: projectPath('scripts/lint-migrations.ts') })
		]
	},
	{
		title: 'Types',
		steps: [
			check(
				'svelte-check',
				{ script: svelteKit, args: ['sync'] },
				{
					script: svelteCheck,
					args: ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human']
				}
			)
		]
	},
	{ title: 'Unit tests', steps: [vitestSuite('unit')] },
	{ title: 'Relay tests', steps: [vitestSuite('relay')] },
	{ title: 'Runner tests', steps: [vitestSuite('runner')] },
	{ title: 'Integration tests', steps: [vitestSuite('integration')] },
	{
		title: 'Build',
		steps: [buildFor('node', 'build/handler.js'), buildFor('vercel', '.vercel/output/config.json')]
	},
	{ title: 'System tests', steps: [vitestSuite('system')] },
	{ title: 'End-to-end tests', steps: [browserSuite('fast')] }
];
