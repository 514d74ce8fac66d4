import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** True where packages can be installed without asking: as root on Debian or one of its children. */
export function canInstallPackages(): boolean {
	return process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

/** Installs a package of the system. Answers whether that worked; what went wrong is printed by apt. */
export function installPackage(name: string): boolean {
	return apt('update') && apt('install', '-y', '--no-install-recommends', name);
}

function apt(...args: string[]): boolean {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const { status } = spawnSync('apt-get', ['-qq', ...args], {
		env,
		stdio: ['ignore', 'ignore', 'inherit']
	});
	return status === 0;
}
