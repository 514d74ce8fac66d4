import { spawnSync } from 'node:child_process';
import { ScriptError } from '../local/script.ts';
import { canInstallPackages, installPackage } from './debian.ts';

/**
 * Makes sure that there is a tmux, which tests of the runner keep terminals in: an installed one, or Debian's when this
 * is root.
 *
 * @throws ScriptError when none can be had
 */
export function requireTmux(): void {
	if (runs() || (canInstallPackages() && installPackage('tmux') && runs())) return;
	throw new ScriptError('There is no tmux for the tests of the runner: install tmux.');
}

const runs = (): boolean =>
	spawnSync('tmux', ['-V'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
