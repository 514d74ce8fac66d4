import { spawnSync } from 'node:child_process';
import { ScriptError } from '../../scripts/local/script.ts';
import { canInstallPackages, installPackage } from '../../scripts/verify/debian.ts';

/** What tests run in terminals, besides what every system has. */
const PROGRAMS = ['less'];

/** Runs once before all test files: what is missing is installed, or the run fails here with a sentence. */
export default function setUpTerminalPrograms(): void {
	for (const name of PROGRAMS) {
		const isThere = () => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
		if (isThere() || (canInstallPackages() && installPackage(name) && isThere())) continue;
		throw new ScriptError(`There is no ${name} for the tests of terminals: install it.`);
	}
}
