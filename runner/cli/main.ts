import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiProblem } from '../core/api.ts';
import { runnerFolder } from '../core/config.ts';
import { KeptFaults } from '../core/kept-faults.ts';
import { PairingEnded } from '../core/pairing.ts';
import { FileProblem } from '../core/private-file.ts';
import { Store } from '../core/store.ts';
import { RUNNER_VERSION } from '../core/version.ts';
import { bugLines } from './bug-lines.ts';
import { CommandProblem } from './command.ts';
import { COMMANDS, OPTIONS, printable, TAKE_A_WORD, USAGE } from './commands.ts';

/** Prints lines, each on its own. */
function say(...lines: string[]): void {
	for (const line of lines) console.log(printable(line));
}

/** Runs a command. @returns the exit code */
async function main(args: string[]): Promise<number> {
	const { positionals, values } = parseArgs({
		args,
		allowPositionals: true,
		options: OPTIONS
	});
	if (values.version) {
		console.log(`coda-runner ${RUNNER_VERSION}`);
		return 0;
	}
	const [name = '', ...words] = positionals;
	const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
	if (!load || words.length > (TAKE_A_WORD.has(name) ? 1 : 0) || values.help) {
		if (name && !load) say(`There is no command "${name}".`, '');
		say(...USAGE.split('\n'));
		return values.help ? 0 : 2;
	}
	const command = await load();
	return command({
		store: new Store(runnerFolder()),
		words,
		server: values.server && addressOf(values.server),
		name: values.name,
		folders: values.folder.map((folder) => resolve(folder)),
		say,
		signal: endSignal()
	});
}

/** Aborted by the first Ctrl-C or SIGTERM; the second ends the process at once, as always. */
function endSignal(): AbortSignal {
	const ending = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.once(signal, () => ending.abort());
	}
	return ending.signal;
}

function addressOf(typed: string): string {
	const url = URL.canParse(typed) ? new URL(typed) : undefined;
	const isLocal = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
	if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return url.origin;
	throw new CommandProblem(
		`"${typed}" is no https address. Your Coda's address is in your browser.`
	);
}

const isForThePerson = (cause: unknown): cause is Error =>
	cause instanceof CommandProblem ||
	cause instanceof PairingEnded ||
	cause instanceof ApiProblem ||
	cause instanceof FileProblem ||
	(cause instanceof Error && 'code' in cause && String(cause.code).startsWith('ERR_PARSE_ARGS'));

// Whoever reads the lines may go, as `head` does: no reason to end terminals.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** Keeps a mistake of the program, where its person has said that it may be told. */
function keepFault(cause: unknown): void {
	try {
		new KeptFaults(new Store(runnerFolder())).add(cause);
	} catch {
		// There is no folder to keep it in.
	}
}

// It looks on: the process ends as it does without it.
process.on('uncaughtExceptionMonitor', keepFault);

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (cause) {
	const wasStopped = cause instanceof Error && cause.name === 'AbortError';
	const isBug = !wasStopped && !isForThePerson(cause);
	if (isBug) keepFault(cause);
	const lines = isBug ? bugLines(cause) : [cause instanceof Error ? cause.message : ''];
	if (!wasStopped) for (const line of lines) console.error(printable(line));
	process.exitCode = 1;
}
