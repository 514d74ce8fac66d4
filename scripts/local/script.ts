/** Something the person at the terminal can act on: it is shown as a sentence, without a stack. */
export class ScriptError extends Error {
	override name = 'ScriptError';

	/** @param exitCode what the script ends with */
	constructor(
		message: string,
		readonly exitCode = 1
	) {
		super(message);
	}
}

/** Errors whose message is written for a person, by name: a stack would only hide the sentence. */
const plainErrors = new Set(['ScriptError', 'EnvError']);

/** Shows an error on stderr: a sentence when it was written for people, else with its stack. */
export function printError(error: unknown): void {
	const plain = error instanceof Error && (plainErrors.has(error.name) || isUsageError(error));
	console.error(plain ? error.message : error);
}

/** `parseArgs` explains itself well. */
function isUsageError(error: Error): boolean {
	return codeOf(error)?.startsWith('ERR_PARSE_ARGS_') ?? false;
}

/** The exit code that an error asks for; 1 unless it says otherwise. */
export function exitCodeOf(error: unknown): number {
	return error instanceof ScriptError ? error.exitCode : 1;
}

/**
 * Runs a script's main function and ends the process: with the number that it answers, else with 0.
 * The process ends even when something in it still waits.
 */
export async function runScript(main: () => Promise<unknown>): Promise<never> {
	// A closed terminal or pipe must not keep the script from stopping in order what it started.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
	try {
		const result = await main();
		process.exit(typeof result === 'number' ? result : 0);
	} catch (error) {
		printError(error);
		process.exit(exitCodeOf(error));
	}
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** The system's error code (`EADDRINUSE`) or Postgres' (`42P01`), when there is one. */
export function codeOf(error: unknown): string | undefined {
	if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
	return typeof error.code === 'string' ? error.code : undefined;
}
