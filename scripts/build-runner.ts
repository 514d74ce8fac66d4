/**
 * `pnpm build:runner [--all] [--platform <name>] [--out <folder>]`: the runner as a package that needs nothing but
 * Node, for this platform, for one or more others, or for all.
 */
import { parseArgs } from 'node:util';
import { projectPath } from './local/project.ts';
import { runScript, ScriptError } from './local/script.ts';
import { buildRunner } from './runner-package/build.ts';
import { PLATFORMS, type Platform } from './runner-package/native-parts.ts';

const { values } = parseArgs({
	options: {
		all: { type: 'boolean', default: false },
		platform: { type: 'string', multiple: true },
		out: { type: 'string', default: projectPath('runner/build') }
	}
});

await runScript(async () => {
	const wanted = values.platform ?? [`${process.platform}-${process.arch}`];
	const platforms = values.all ? PLATFORMS : wanted.map(platformOf);
	for (const line of await buildRunner({ platforms, out: values.out })) console.log(line);
	return 0;
});

function platformOf(name: string): Platform {
	const known = PLATFORMS.find((one) => one === name);
	if (known) return known;
	throw new ScriptError(`There is no runner for ${name}. There are: ${PLATFORMS.join(', ')}.`);
}
