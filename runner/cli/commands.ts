import type { ParseArgsConfig } from 'node:util';
import { environment } from '../core/config.ts';
import type { Command } from './command.ts';

/** Loaded when it is asked for: most need no terminal and no network. */
export const COMMANDS: Record<string, () => Promise<Command>> = {
	pair: async () => (await import('./pair.ts')).pairCommand,
	start: async () => (await import('./start.ts')).startCommand,
	status: async () => (await import('./status.ts')).statusCommand,
	sessions: async () => (await import('./status.ts')).sessionsCommand,
	unpair: async () => (await import('./unpair.ts')).unpairCommand,
	doctor: async () => (await import('./doctor.ts')).doctorCommand,
	report: async () => (await import('./report.ts')).reportCommand
};

/** Commands that take a word. */
export const TAKE_A_WORD: ReadonlySet<string> = new Set(['report']);

/** What may be given to a command, as `parseArgs` reads it. */
export const OPTIONS = {
	server: { type: 'string' },
	name: { type: 'string' },
	folder: { type: 'string', multiple: true, default: [] },
	help: { type: 'boolean', short: 'h', default: false },
	version: { type: 'boolean', short: 'v', default: false }
} satisfies ParseArgsConfig['options'];

/** What can be done, for whoever asks. */
export const USAGE = `Your own computer in Coda.

  coda-runner pair --server https://coda.example   makes this computer one of yours
  coda-runner start                                connects it, until Ctrl-C
  coda-runner status                               whether it is online
  coda-runner sessions                             terminals that run here
  coda-runner unpair                               forgets the pairing
  coda-runner doctor                               what is missing here
  coda-runner report on                            tells your Coda of faults of the runner; off

  --server <address>   your Coda
  --name <name>        what this computer is called there
  --folder <folder>    terminals begin in it and in what it contains; may be given several times
  --version            which runner this is

With "ask": true in settings.json, start asks here before each new terminal.
All settings: docs/runner.md in Coda's sources.`;

const CALL = new RegExp(`coda-runner(?= (?:${Object.keys(COMMANDS).join('|')})\\b)`, 'g');
/** In a clone it is a script of the package. */
const NAME = environment.npm_lifecycle_event === 'runner' ? 'pnpm runner' : 'coda-runner';

/**
 * One line for a terminal: commands are called as they were called here. Names of terminals and folders come from
 * elsewhere: what in them could do something to this terminal, begin another line or turn the order of letters, is
 * taken out.
 */
export const printable = (line: string): string =>
	line
		.replace(/[\n\r\t\v\f\u0085\p{Zl}\p{Zp}]+/gu, ' ')
		.replace(/[\p{Cc}\p{Cf}]/gu, '')
		.replace(CALL, NAME);
