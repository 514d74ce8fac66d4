import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectPath } from '../local/project.ts';
import { ScriptError } from '../local/script.ts';

/** Where a runner can run; `linux-x64` is what tests run on. */
export const PLATFORMS = [
	'linux-x64',
	'linux-arm64',
	'darwin-x64',
	'darwin-arm64',
	'win32-x64'
] as const;
export type Platform = (typeof PLATFORMS)[number];

const PTY = '@lydell/node-pty';
const fromHere = createRequire(import.meta.url);

/** The folder of the package that gives programs a terminal, without its native part. */
export const ptyFolder = (): string => dirname(fromHere.resolve(`${PTY}/package.json`));

/**
 * The folder of the native part for a platform: the installed one, or the registry's, which is compared with the
 * lockfile.
 *
 * @throws ScriptError where it cannot be had
 */
export function nativePart(platform: Platform): string {
	const { version } = JSON.parse(readFileSync(join(ptyFolder(), 'package.json'), 'utf8')) as {
		version: string;
	};
	const name = `${PTY}-${platform}`;
	const installed = join(ptyFolder(), '..', `node-pty-${platform}`);
	if (existsSync(installed)) return installed;
	const folder = projectPath(`.data/runner-parts/${platform}-${version}`);
	if (!existsSync(folder)) fetchPart(`${name}@${version}`, folder);
	return folder;
}

function fetchPart(wanted: string, folder: string): void {
	const work = mkdtempSync(join(tmpdir(), 'coda-part-'));
	try {
		run('npm', ['pack', wanted, '--silent', '--pack-destination', work]);
		const [file = ''] = readdirSync(work);
		const bytes = readFileSync(join(work, file));
		const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
		if (integrity !== lockedIntegrity(wanted)) {
			throw new ScriptError(`${wanted} from the registry is not what the lockfile says.`);
		}
		mkdirSync(folder, { recursive: true });
		run('tar', ['-xzf', join(work, file), '-C', folder, '--strip-components=1']);
	} catch (cause) {
		rmSync(folder, { recursive: true, force: true });
		throw cause;
	} finally {
		rmSync(work, { recursive: true });
	}
}

function lockedIntegrity(wanted: string): string | undefined {
	const lines = readFileSync(projectPath('pnpm-lock.yaml'), 'utf8').split('\n');
	const at = lines.indexOf(`  '${wanted}':`);
	return /integrity: (\S+?)\}/.exec(lines[at + 1] ?? '')?.[1];
}

function run(program: string, args: string[]): void {
	const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
	if (status !== 0) throw new ScriptError(`${program} ${args[0]} failed: ${stderr?.trim()}`);
}
