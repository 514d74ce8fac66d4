import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import { RUNNER_VERSION } from '../../runner/core/version.ts';
import { projectPath, projectRoot } from '../local/project.ts';
import { nativePart, ptyFolder, type Platform } from './native-parts.ts';
import { noticesOf, packageFolders } from './notices.ts';
import { readMe, startFiles } from './starts.ts';
import { archive, type ArchivedFile } from './tar.ts';

/** What is to be made, and where. */
export interface RunnerBuild {
	platforms: readonly Platform[];
	/** The folder for the packages; what was in it is removed. */
	out: string;
}

/** Of the packages with the terminals, what is of no use at run time. */
const LEFT_OUT = /\.(d\.ts|md|pdb)$/i;

/** Makes the packages, and a list of their sums. @returns what it has made, a line each */
export async function buildRunner({ platforms, out }: RunnerBuild): Promise<string[]> {
	const bundled = await bundle();
	rmSync(out, { recursive: true, force: true });
	mkdirSync(out, { recursive: true });
	const made = platforms.map((platform) => {
		const name = `coda-runner-${RUNNER_VERSION}-${platform}`;
		const bytes = archive(
			filesFor(platform, bundled).map((file) => ({ ...file, path: `${name}/${file.path}` }))
		);
		writeFileSync(join(out, `${name}.tar.gz`), bytes);
		const sum = createHash('sha256').update(bytes).digest('hex');
		return { file: `${name}.tar.gz`, sum, size: bytes.length };
	});
	writeFileSync(join(out, 'SHA256SUMS'), made.map(({ file, sum }) => `${sum}  ${file}\n`).join(''));
	return made.map(({ file, size }) => `${join(out, file)}, ${(size / 1e6).toFixed(1)} MB`);
}

/** What is in every package. */
interface Bundle {
	code: Uint8Array;
	/** From the lines of the code to those of its sources. */
	map: Uint8Array;
	packages: string[];
}

/** The runner as one file, and the packages that are in it. */
async function bundle(): Promise<Bundle> {
	const { outputFiles, metafile } = await build({
		entryPoints: [projectPath('runner/cli/main.ts')],
		absWorkingDir: projectRoot,
		bundle: true,
		write: false,
		outfile: projectPath('coda-runner.mjs'),
		// Where a fault of the runner was is told by its sources; what these say is not needed for that.
		sourcemap: 'external',
		sourcesContent: false,
		metafile: true,
		platform: 'node',
		target: 'node20',
		format: 'esm',
		// It stays a package: it looks for its native part beside itself.
		external: ['@lydell/node-pty', 'utf-8-validate'],
		// Faster parts of ws that are compiled for each platform: one is ours, and it does without the other.
		alias: { bufferutil: projectPath('protocol/masks.ts') },
		legalComments: 'none',
		// Packages of the older module format ask for Node's own modules with `require`.
		banner: {
			js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
		}
	});
	const files = Object.keys(metafile.inputs).filter((file) => file.includes('node_modules'));
	const made = (end: string) =>
		outputFiles.find(({ path }) => path.endsWith(end))?.contents ?? new Uint8Array();
	return {
		...{ code: made('.mjs'), map: made('.map') },
		packages: packageFolders(files.map((file) => resolve(projectRoot, file)))
	};
}

function filesFor(platform: Platform, { code, map, packages }: Bundle): ArchivedFile[] {
	const native = nativePart(platform);
	const text = (path: string, content: string) => ({ path, bytes: Buffer.from(content) });
	const modules = 'lib/node_modules/@lydell';
	return [
		...startFiles(platform).map((file) => ({ ...text(file.path, file.text), runs: file.runs })),
		text('README.txt', readMe(platform, RUNNER_VERSION)),
		{ path: 'LICENSE', bytes: readFileSync(projectPath('LICENSE')) },
		text('NOTICES.txt', noticesOf([...packages, ptyFolder()])),
		{ path: 'lib/coda-runner.mjs', bytes: code },
		{ path: 'lib/coda-runner.mjs.map', bytes: map },
		...filesIn(ptyFolder(), `${modules}/node-pty`),
		...filesIn(native, `${modules}/node-pty-${platform}`)
	];
}

function filesIn(folder: string, at: string): ArchivedFile[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.sort()
		.map((path) => ({
			path: `${at}/${relative(folder, path).split(sep).join('/')}`,
			bytes: readFileSync(path),
			runs: (statSync(path).mode & 0o111) !== 0
		}));
}
