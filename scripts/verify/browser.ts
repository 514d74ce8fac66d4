import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { projectRoot } from '../local/project.ts';
import { ScriptError } from '../local/script.ts';
import { packageScript } from './commands.ts';
import { canInstallPackages, installPackage } from './debian.ts';

/** Names under which systems install Chromium or its sister. */
const names = [
	'chromium',
	'chromium-browser',
	'google-chrome',
	'google-chrome-stable',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
];

/** The browser that the end-to-end tests run in. */
export interface Browser {
	/** Its program; undefined means the one that Playwright brings. */
	path?: string;
	/** For the person at the terminal: which one, and where it came from. */
	description: string;
}

/**
 * Finds a browser, or installs one: `CHROMIUM_PATH`, an installed Chromium, the one that Playwright has
 * fetched already, Debian's when this is root, Playwright's.
 *
 * @throws ScriptError when none can be had
 */
export function findBrowser(): Browser {
	const { CHROMIUM_PATH } = process.env;
	if (CHROMIUM_PATH) return described(CHROMIUM_PATH, 'CHROMIUM_PATH');
	const installed = names.find(runs);
	if (installed) return described(installed, 'installed');
	if (existsSync(chromium.executablePath())) return { description: "Playwright's Chromium" };
	if (canInstallPackages() && installPackage('chromium') && runs('chromium')) {
		return described('chromium', "Debian's, installed just now");
	}
	const cli = packageScript('@playwright/test', 'cli.js');
	const args = [cli, 'install', 'chromium'];
	const { status } = spawnSync(process.execPath, args, { cwd: projectRoot, stdio: 'inherit' });
	if (status === 0) return { description: "Playwright's Chromium, fetched just now" };
	throw new ScriptError('There is no browser: install Chromium, or set CHROMIUM_PATH to one.');
}

/** Playwright wants the path of the program, and its version tells the person more than that. */
function described(name: string, origin: string): Browser {
	const version = spawnSync(name, ['--version'], { encoding: 'utf8', timeout: 20_000 }).stdout;
	if (!version) throw new ScriptError(`${name} (${origin}) does not run.`);
	const found = name.includes('/') ? name : which(name);
	return { path: found, description: `${version.trim()} (${origin}, ${found})` };
}

function runs(name: string): boolean {
	return spawnSync(name, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

function which(name: string): string {
	const folders = (process.env.PATH ?? '').split(':');
	return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path)) ?? name;
}
