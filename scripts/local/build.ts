import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { withFileLock } from './file-lock.ts';
import { projectPath, projectRoot } from './project.ts';
import { ScriptError } from './script.ts';

export interface BuildOptions {
	say: (line: string) => void;
	/** Ends the build early. */
	signal?: AbortSignal;
	/** Where packages are built for; a server of our own unless said otherwise. */
	target?: 'node' | 'vercel';
}

/** Everything that a build is made from. */
const sources = [
	'src',
	'static',
	'prisma',
	'scripts/serving/function-maps.mjs',
	'package.json',
	'pnpm-lock.yaml',
	'svelte.config.js',
	'tsconfig.json',
	'vite.config.ts'
];

/** Made from the schema, which counts itself. */
const generated = join('src', 'lib', 'server', 'prisma');

/** What each build was made from: inside of it, so that it goes with it. */
const recordFiles = {
	node: projectPath('build/.coda-build'),
	vercel: projectPath('.vercel/output/.coda-build')
};
const lockFile = projectPath('node_modules/.coda-build.lock');
const lockTimeoutMs = 10 * 60_000;

/** Builds unless the build that is there was made from these very sources. */
export async function ensureBuild(options: BuildOptions): Promise<void> {
	const recordFile = recordFiles[options.target ?? 'node'];
	const isCurrent = () =>
		existsSync(recordFile) && readFileSync(recordFile, 'utf8') === sourcesDigest();
	if (isCurrent()) return;
	const onWait = () => options.say('Another process is building; waiting for it.');
	await withFileLock(lockFile, { timeoutMs: lockTimeoutMs, onWait }, async () => {
		if (!isCurrent()) await build(options);
	});
}

/**
 * Builds, and remembers what from.
 *
 * @throws ScriptError with what the build printed
 */
export async function build({ say, signal, target = 'node' }: BuildOptions): Promise<void> {
	const digest = sourcesDigest();
	say('Building Coda. This takes up to a minute.');
	const started = Date.now();
	await runVite(target, signal);
	writeFileSync(recordFiles[target], digest);
	say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

function runVite(target: 'node' | 'vercel', signal: AbortSignal | undefined): Promise<void> {
	const require = createRequire(import.meta.url);
	const vite = join(dirname(require.resolve('vite/package.json')), 'bin', 'vite.js');
	const { VERCEL: _, ...rest } = process.env;
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
			cwd: projectRoot,
			env: { ...rest, CODA_ADAPTER: target },
			signal,
			stdio: ['ignore', 'pipe', 'pipe']
		});
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (text: string) => (output += text));
		}
		child.once('error', reject);
		child.once('close', (status) => {
			if (status === 0) resolve();
			else reject(new ScriptError(`${output.trim()}\n\nThe build failed.`));
		});
	});
}

/** A word that changes with any of the sources. */
function sourcesDigest(): string {
	const hash = createHash('sha256');
	for (const path of sources.flatMap(filesIn)) {
		const content = readFileSync(projectPath(path));
		hash.update(`${path}\n${content.length}\n`).update(content);
	}
	return hash.digest('hex');
}

/** The files under a path of the project, in a fixed order; none when there is no such path. */
function filesIn(path: string): string[] {
	if (path === generated) return [];
	const found = statSync(projectPath(path), { throwIfNoEntry: false });
	if (!found?.isDirectory()) return found ? [path] : [];
	const names = readdirSync(projectPath(path)).sort();
	return names.flatMap((name) => filesIn(join(path, name)));
}
