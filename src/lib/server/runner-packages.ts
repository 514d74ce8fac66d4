import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { VERSION } from './build';
import { env } from './env';

/** Where `pnpm build:runner` leaves what it makes. */
const FOLDER = resolve('runner/build');
const SUMS = 'SHA256SUMS';
/** What it makes for all platforms, which is what lies at PUBLIC_RUNNER_DOWNLOAD_BASE. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64', 'win32-x64'];
const NAME = /^coda-runner-[\w.]+-(\w+-\w+)\.tar\.gz$/;

/** A runner to be downloaded. */
export interface RunnerPackage {
	/** As a runner names it: `linux-x64`. */
	platform: string;
	file: string;
	href: string;
}

/** The packages that can be downloaded: at the place that the environment names, or those that were built here. */
export async function runnerPackages(
	origin: string,
	{ folder = FOLDER, base = env().PUBLIC_RUNNER_DOWNLOAD_BASE } = {}
): Promise<RunnerPackage[]> {
	if (base) {
		const files = PLATFORMS.map((platform) => `coda-runner-${VERSION}-${platform}.tar.gz`);
		return files.flatMap((file) => packageAt(`${base.replace(/\/$/, '')}/${file}`, file));
	}
	return (await builtFiles(folder)).flatMap((file) =>
		packageAt(`${origin}/downloads/${file}`, file)
	);
}

/** What starts a runner on a computer: its own program where it can be downloaded, else the one of a clone. */
export async function runnerStartCommand(origin: string): Promise<string> {
	const isOffered = (await runnerPackages(origin)).length > 0;
	return isOffered ? 'coda-runner start' : 'pnpm runner start';
}

/** A file that was built here, for whoever downloads it; nothing where there is no such file. */
export async function readBuiltFile(
	file: string,
	folder = FOLDER
): Promise<Uint8Array<ArrayBuffer> | undefined> {
	const files = await builtFiles(folder);
	if (!files.includes(file) && !(file === SUMS && files.length > 0)) return undefined;
	try {
		return await readFile(join(folder, file));
	} catch (cause) {
		// The next build has taken it away since the list was read.
		if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw cause;
	}
}

/** What is in the list of sums, and nothing else, is offered; and nothing that an earlier release has left. */
async function builtFiles(folder: string): Promise<string[]> {
	const sums = await readFile(join(folder, SUMS), 'utf8').catch(() => '');
	const files = sums.split('\n').flatMap((line) => line.split('  ')[1] ?? []);
	return files.filter((file) => file.startsWith(`coda-runner-${VERSION}-`));
}

function packageAt(href: string, file: string): RunnerPackage[] {
	const [, platform] = NAME.exec(file) ?? [];
	return platform ? [{ platform, file, href }] : [];
}
