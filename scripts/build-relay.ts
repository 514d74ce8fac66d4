/** `pnpm build:relay [--out <file>]`: the relay and its packages as one file, for the image. */
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { projectPath } from './local/project.ts';

const { values } = parseArgs({
	options: { out: { type: 'string', default: projectPath('relay/build/relay.mjs') } }
});

await build({
	entryPoints: [projectPath('relay/main.ts')],
	outfile: values.out,
	bundle: true,
	platform: 'node',
	target: 'node20',
	format: 'esm',
	sourcemap: 'linked',
	// Faster parts of ws that are compiled for each platform: one is ours, and it does without the other.
	alias: { bufferutil: projectPath('protocol/masks.ts') },
	external: ['utf-8-validate'],
	// Packages of the older module format ask for Node's own modules with `require`.
	banner: {
		js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
	}
});
console.log(`Built ${values.out}`);
