import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { ScriptError } from './script.ts';

/** The user and group "nobody" of nearly every system. */
const nobody = 65_534;

/** A program with its arguments, as `spawn` takes it. */
export interface Command {
	program: string;
	args: string[];
	/** Set when the program runs as somebody else. */
	account: { uid?: number; gid?: number };
}

/** As whom Postgres runs. */
export interface PostgresAccount {
	/** Said to the person when it is not the usual way. */
	note?: string;
	command(program: string, args: string[]): Command;
	/** Hands a file or folder to that account. */
	own(path: string): void;
}

/**
 * Finds a way to run Postgres from this process' account: it refuses root, and an account without a name,
 * which are what containers run as.
 *
 * As anyone else: as oneself. Else in a user namespace, where it sees itself as "nobody" while its files
 * stay one's own. Where namespaces are refused, root runs it really as "nobody", who then owns the files.
 *
 * @throws ScriptError when none of it works
 */
export function postgresAccount(postgres: string): PostgresAccount {
	const uid = process.getuid?.();
	if (uid === undefined || (uid !== 0 && hasName())) return ownAccount;
	if (runs(inNamespace(postgres, ['--version'])))
		return { command: inNamespace, own: ownedBy(uid) };
	if (uid === 0 && runs(asNobody(postgres, ['--version']))) {
		return {
			command: asNobody,
			own: ownedBy(nobody),
			note: 'User namespaces are refused here: Postgres runs as the user "nobody", who owns its files.'
		};
	}
	throw new ScriptError(
		`Postgres refuses to run as ${uid === 0 ? 'root' : `a user without a name (${uid})`}, and user ` +
			'namespaces are refused here. Start as another user, or set DATABASE_URL to a Postgres of your own.'
	);
}

/** Whether the system knows a name for this process' user. */
function hasName(): boolean {
	try {
		return userInfo().username !== '';
	} catch {
		return false; // that there is none is what it throws for
	}
}

const ownAccount: PostgresAccount = {
	command: (program, args) => ({ program, args, account: {} }),
	own: () => {}
};

function inNamespace(program: string, args: string[]): Command {
	const mapping = ['-U', `--map-user=${nobody}`, `--map-group=${nobody}`];
	return { program: 'unshare', args: [...mapping, '--', program, ...args], account: {} };
}

function asNobody(program: string, args: string[]): Command {
	return { program, args, account: { uid: nobody, gid: nobody } };
}

function runs({ program, args, account }: Command): boolean {
	return (
		spawnSync(program, args, { ...account, cwd: '/', stdio: 'ignore', timeout: 10_000 }).status ===
		0
	);
}

/** Changes the owner where it differs, which it does after the other way was used. */
function ownedBy(uid: number) {
	return (path: string) => {
		if (existsSync(path) && statSync(path).uid !== uid) {
			const { status, stderr } = spawnSync('chown', ['-R', `${uid}:${uid}`, path], {
				encoding: 'utf8'
			});
			if (status !== 0) throw new ScriptError(`${path} cannot be handed over: ${stderr.trim()}`);
		}
		if (uid !== nobody) return;
		chmodSync(dirname(path), 0o711); // what lies in it is closed by itself; only the way through opens
		if (!runs(asNobody('test', ['-r', path]))) {
			throw new ScriptError(
				`The user "nobody" cannot reach ${path}. Set CODA_DATA_DIR to a folder that every user can ` +
					'pass through, or DATABASE_URL to a Postgres of your own.'
			);
		}
	};
}
