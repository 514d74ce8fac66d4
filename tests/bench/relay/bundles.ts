import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { projectPath } from '../../../scripts/local/project.ts';

/** Inside of the project, where packages are found. */
const FOLDER = projectPath('node_modules/.cache/coda-bench');

/** The programs as single files, as they are shipped. */
export interface Bundles {
	relay: string;
	runner: string;
	/** A runner that encrypts nothing: there is none outside of this bench. */
	plainRunner: string;
	/** What the pipe is with messages of WebSockets. */
	framedRelay: string;
	framedRunner: string;
}

const withoutEncryption: Plugin = {
	name: 'without-encryption',
	setup(bundle) {
		bundle.onResolve({ filter: /\/node-aead\.ts$/ }, () => ({
			path: projectPath('tests/bench/relay/null-aead.ts')
		}));
	}
};

/** Bundles relay and runner of these sources. */
export async function bundlePrograms(): Promise<Bundles> {
	mkdirSync(FOLDER, { recursive: true });
	const [relay, runner, plainRunner, framedRelay, framedRunner] = await Promise.all([
		bundled('relay', 'relay/main.ts'),
		bundled('runner', 'runner/cli/main.ts'),
		bundled('plain-runner', 'runner/cli/main.ts', [withoutEncryption]),
		bundled('framed-relay', 'tests/bench/relay/framed-relay.ts'),
		bundled('framed-runner', 'tests/bench/relay/framed-runner.ts')
	]);
	return { relay, runner, plainRunner, framedRelay, framedRunner };
}

async function bundled(name: string, entry: string, plugins: Plugin[] = []): Promise<string> {
	const outfile = join(FOLDER, `${name}.mjs`);
	await build({
		...{ outfile, plugins, bundle: true, platform: 'node', target: 'node20', format: 'esm' },
		entryPoints: [projectPath(entry)],
		alias: { bufferutil: projectPath('protocol/masks.ts') },
		external: ['utf-8-validate', '@lydell/node-pty', 'prettier'],
		banner: {
			js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
		}
	});
	return outfile;
}
