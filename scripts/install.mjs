/**
 * What has to be there before anything else of the project can run: a Node that is new enough, and the
 * packages. Only Node's own modules are imported here, and none that an old Node does not have.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../', import.meta.url));

const oldestNode = [20, 19];

/** Beside the installed packages: which lockfile and which schema they were made from. */
const recordFile = new URL('../node_modules/.coda-install', import.meta.url);

/** What `npm run` sets for its own use. pnpm would read it as settings. */
const npmOwnSettings =
	/^npm_config_(cache|global_prefix|init_module|local_prefix|node_gyp|noproxy|npm_version|prefix|user_agent)$/i;

/** How many of an install's last lines are shown when it fails. */
const shownLines = 40;

/** Ends the process with a sentence when this Node is too old. */
export function requireNode() {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
	if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
	console.error(
		`Coda needs Node ${oldestNode.join('.')} or newer, and this is ${process.versions.node}. ` +
			'There is a newer one at https://nodejs.org.'
	);
	process.exit(1);
}

/**
 * Installs the packages when they are missing or belong to another lockfile, and makes again what is
 * generated from them when the database's schema has changed. Asks nothing.
 *
 * @throws {Error} with the last lines of what failed
 */
export async function ensureInstalled() {
	const [lockfile, schema] = readRecord();
	if (lockfile !== digest('pnpm-lock.yaml')) {
		console.log('Installing the packages. The first time takes about a minute.');
		const started = Date.now();
		const [program, ...args] = pnpmCommand();
		await run(program, [...args, 'install', '--frozen-lockfile', '--prod=false', ...quietly]);
		console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
	} else if (schema === digest('prisma/schema.prisma')) {
		return;
	}
	// An install runs this by itself, unless scripts are switched off on this machine.
	if (readRecord()[1] !== digest('prisma/schema.prisma')) {
		await run(process.execPath, [fileURLToPath(new URL('./prepare.mjs', import.meta.url))]);
	}
}

/** Remembers what the installed packages and the generated files were made from. */
export function recordInstall() {
	writeFileSync(recordFile, `${digest('pnpm-lock.yaml')}\n${digest('prisma/schema.prisma')}\n`);
}

/** Settings of pnpm that make it work without a terminal: it would ask before it replaces packages. */
const quietly = ['--config.confirmModulesPurge=false', '--reporter=append-only'];

/** @returns {string[]} two words, or none when nothing was recorded */
function readRecord() {
	return existsSync(recordFile) ? readFileSync(recordFile, 'utf8').trim().split('\n') : [];
}

/** @param {string} path in the project */
function digest(path) {
	const content = readFileSync(new URL(`../${path}`, import.meta.url));
	return createHash('sha256').update(content).digest('hex');
}

/**
 * The pnpm that the project names: the one on the path when it is that very version, else by npx.
 *
 * @returns {[string, ...string[]]}
 */
function pnpmCommand() {
	const { packageManager } = JSON.parse(
		readFileSync(new URL('../package.json', import.meta.url), 'utf8')
	);
	const version = String(packageManager)
		.replace(/^pnpm@/, '')
		.replace(/\+.*$/, '');
	// Asked outside the project, where pnpm does not switch to the project's version by itself.
	const { stdout } = spawnSync('pnpm', ['--version'], {
		cwd: tmpdir(),
		encoding: 'utf8',
		env: installEnvironment(),
		shell: process.platform === 'win32',
		stdio: ['ignore', 'pipe', 'ignore'],
		timeout: 20_000
	});
	if (stdout?.trim() === version) return ['pnpm'];
	return ['npx', '--yes', `pnpm@${version}`];
}

function installEnvironment() {
	const kept = Object.entries(process.env).filter(([name]) => !npmOwnSettings.test(name));
	return { ...Object.fromEntries(kept), CI: 'true', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' };
}

/**
 * Runs a command to its end. What it prints is shown only when it fails.
 *
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function run(program, args) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, {
			cwd: projectRoot,
			env: installEnvironment(),
			shell: process.platform === 'win32' && program !== process.execPath,
			stdio: ['ignore', 'pipe', 'pipe']
		});
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
		}
		child.once('error', reject);
		child.once('close', (status) => {
			if (status === 0) return resolve();
			const lines = output.trimEnd().split('\n').slice(-shownLines).join('\n');
			reject(new Error(`${lines}\n\nThis failed: ${[program, ...args].join(' ')}`));
		});
	});
}
