import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { Size } from '#protocol/terminal';
import type { Program } from './pty.ts';
import { Refused } from './refused.ts';
import type { Ended } from './running-program.ts';
import { TmuxClient, TmuxGone, TmuxProblem } from './tmux-client.ts';
import { TmuxPane, type TmuxSession } from './tmux-pane.ts';

/** A tmux that does not answer is none. */
const ANSWER_MS = 10_000;
const execute = promisify(execFile);
const run = (args: string[], env: Record<string, string>) =>
	execute('tmux', args, { env, timeout: ANSWER_MS });

/** Since then control mode waits for a client that does not read. */
const OLDEST = [3, 2] as const;
/** Lines that tmux keeps of a pane, for the runner that comes after this one. */
const HISTORY_LINES = 10_000;
/**
 * Runs a program and stays when it has ended: what tmux has not yet told of a pane whose last process is gone, it
 * never tells. What the program left as its status is kept where a later runner finds it, too.
 */
const HOLDER = [
	'trap : INT QUIT',
	'"$@"',
	'tmux set-option -p -t "$TMUX_PANE" @coda_ended "$?" \\; rename-window -t "$TMUX_PANE" ended',
	'exec sleep 2147483647'
].join('\n');
/** What tmux says where there is no such session, or no server that could have one. */
const GONE =
	/^can't find |^no server running |^error connecting to .*\(No such file or directory\)$/;
/** Statuses of a shell that mean a signal: 128 and its number. Of others nobody knows. */
const SIGNALS: Record<number, number> = { 129: 1, 137: 9, 143: 15 };

/** What is to run in tmux. */
export interface TmuxStart {
	program: Program;
	size: Size;
	name: string;
}

/** tmux on this computer, with a server of the runner's own: neither its settings nor its environment are another's. */
export class Tmux {
	/** The name of that server, as in `tmux -L coda`. */
	readonly server: string;
	readonly #env: Record<string, string>;

	/** @param env what its server, and shells in it, are started with */
	constructor(server: string, env: Record<string, string>) {
		this.server = server;
		this.#env = env;
	}

	/** What somebody at the computer types to get into a session. */
	attachCommand(name: string): string {
		return `tmux -L ${this.server} attach -t ${name}`;
	}

	/** The version that is there. @throws Refused where there is none, or it is too old */
	async version(): Promise<string> {
		const printed = await run(['-V'], this.#env).catch(() => undefined);
		const version = printed?.stdout.trim().replace(/^tmux /, '');
		if (version === undefined) {
			const reason =
				'There is no tmux on that computer: install it, or open the terminal without tmux.';
			throw new Refused('PRECONDITION_FAILED', reason, 'no-tmux');
		}
		if (isTooOld(version)) {
			const reason = `tmux ${version} on that computer is too old: ${OLDEST.join('.')} or newer is needed.`;
			throw new Refused('PRECONDITION_FAILED', reason, 'no-tmux');
		}
		return version;
	}

	/** Starts a program in a session of its own. @throws TmuxProblem */
	start({ program, size, name }: TmuxStart): Promise<TmuxPane> {
		const { file, args, folder, env } = program;
		const target = `=${name}:`;
		const words = ['/bin/sh', '-c', HOLDER, 'coda', file, ...args];
		const commands = [
			['start-server'],
			// What is printed is drawn by a browser's terminal, which is of this kind.
			['set-option', '-g', 'default-terminal', env.TERM ?? 'xterm-256color'],
			['set-option', '-g', 'history-limit', String(HISTORY_LINES)],
			['set-option', '-g', 'update-environment', Object.keys(env).join(' ')],
			['new-session', '-d', '-s', name, ...sizeArgs(size), ...words],
			['set-option', '-w', '-t', target, 'window-size', 'manual'],
			['set-option', '-w', '-t', target, 'automatic-rename', 'off'],
			['set-option', '-p', '-t', target, '@coda', '1'],
			['attach-session', '-t', `=${name}`]
		];
		return TmuxPane.begin(
			this.#sessionOf(name),
			(listener) => new TmuxClient({ folder, env, args: this.#args('-C', commands) }, listener)
		);
	}

	/**
	 * The program of a session that an earlier runner has started, or nothing where there is no such session.
	 *
	 * @throws TmuxProblem where tmux does not say whether there is
	 */
	async takeUp(name: string): Promise<TmuxPane | undefined> {
		try {
			await this.#run('has-session', '-t', `=${name}`);
			return await TmuxPane.takeUp(this.#sessionOf(name));
		} catch (cause) {
			if (!(cause instanceof TmuxGone)) throw cause;
			return undefined;
		}
	}

	/** Whether a session has that name already. */
	async has(name: string): Promise<boolean> {
		return this.#run('has-session', '-t', `=${name}`).then(
			() => true,
			() => false
		);
	}

	#sessionOf(name: string): TmuxSession {
		return {
			name,
			attach: (listener) => {
				const args = this.#args('-C', [['attach-session', '-t', `=${name}`]]);
				return new TmuxClient({ folder: '/', env: this.#env, args }, listener);
			},
			ended: () => this.#ended(name),
			remove: () => this.#run('kill-session', '-t', `=${name}`).then(nothing, nothing)
		};
	}

	async #ended(name: string): Promise<Ended | 'running' | undefined> {
		try {
			const format = '#{@coda} #{@coda_ended}';
			const printed = await this.#run('list-panes', '-s', '-t', `=${name}`, '-F', format);
			const own = printed.split('\n').find((line) => line.startsWith('1 '));
			if (own === undefined) return undefined;
			const [, status] = own.split(' ');
			if (!status) return 'running';
			const signal = SIGNALS[Number(status)];
			return { exitCode: signal === undefined ? Number(status) : 0, signal };
		} catch (cause) {
			if (!(cause instanceof TmuxGone)) throw cause;
			return undefined;
		}
	}

	/** @throws TmuxGone where that is not there; TmuxProblem for everything else */
	async #run(...command: string[]): Promise<string> {
		try {
			return (await run(this.#args('-u', [command]), this.#env)).stdout;
		} catch (cause) {
			const said = (cause as { stderr?: string }).stderr?.trim() ?? '';
			throw GONE.test(said) ? new TmuxGone(said) : new TmuxProblem(said || String(cause));
		}
	}

	#args(mode: string, commands: string[][]): string[] {
		const words = commands.flatMap((command) => [...command.map(asWord), ';']).slice(0, -1);
		return ['-L', this.server, '-u', '-f', '/dev/null', mode, ...words];
	}
}

/** The name of a runner's server: the plain one where its folder is the usual one. */
export function tmuxServerOf(folder: string, usualFolder: string): string {
	if (folder === usualFolder) return 'coda';
	return `coda-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
}

/** What cannot be read as a version is a tmux that somebody has built of newer sources. */
function isTooOld(version: string): boolean {
	const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
	if (major === undefined) return false;
	const [oldest, oldestMinor] = OLDEST;
	return Number(major) < oldest || (Number(major) === oldest && Number(minor) < oldestMinor);
}

const nothing = () => {};
const sizeArgs = ({ cols, rows }: Size): string[] => ['-x', String(cols), '-y', String(rows)];
/** A semicolon at the end of a word would end the command. */
const asWord = (word: string): string => (word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word);
