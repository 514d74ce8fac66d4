import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresAccount } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { ScriptError } from './script.ts';

export interface ClusterParts {
	place: PostgresPlace;
	binaries: PostgresBinaries;
	account: PostgresAccount;
	password: string;
}

/** Sorting by code points, letters of every language. Postgres' own C.UTF-8 is the same where the system has none. */
const locales = [
	['--locale=C.UTF-8'],
	['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
];

/**
 * Makes the data files of a new server, unless they exist. They are made beside and renamed, so that a
 * kill leaves nothing half-made. The caller holds the lock of the place.
 *
 * @throws ScriptError when another version wrote the files, or they cannot be made
 */
export function ensureCluster(parts: ClusterParts): void {
	const { place, binaries, account } = parts;
	if (existsSync(place.data)) {
		checkVersion(place, binaries);
		account.own(place.data);
		return;
	}
	const draft = `${place.data}.new`;
	rmSync(draft, { recursive: true, force: true });
	mkdirSync(draft, { mode: 0o700 });
	account.own(draft);
	writeCluster(draft, parts);
	renameSync(draft, place.data);
}

function writeCluster(data: string, parts: ClusterParts): void {
	let problem = '';
	for (const locale of locales) {
		problem = runInitdb(data, locale, parts);
		if (!problem) return;
		if (!problem.includes('locale')) break;
	}
	throw new ScriptError(`The local database could not be made.\n${problem}`);
}

/** Answers what went wrong, or ''. initdb empties the folder again when it fails. */
function runInitdb(
	data: string,
	locale: string[],
	{ binaries, account, password }: ClusterParts
): string {
	const passwordFile = `${data}.password`;
	writeFileSync(passwordFile, password, { mode: 0o600 });
	account.own(passwordFile);
	const {
		program,
		args,
		account: user
	} = account.command(binaries.initdb, [
		...['--pgdata', data, '--username', 'postgres', '--encoding=UTF8', ...locale],
		...['--auth=scram-sha-256', '--pwfile', passwordFile, '--no-instructions']
	]);
	try {
		const { status, stdout, stderr, error } = spawnSync(program, args, {
			...user,
			cwd: data,
			encoding: 'utf8'
		});
		return status === 0 ? '' : (error?.message ?? `${stdout}${stderr}`.trim());
	} finally {
		rmSync(passwordFile);
	}
}

function checkVersion({ data }: PostgresPlace, { majorVersion }: PostgresBinaries): void {
	const written = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
	if (written === majorVersion) return;
	throw new ScriptError(
		`${data} was written by Postgres ${written}, and this is Postgres ${majorVersion}. ` +
			'Move the folder away to begin with an empty database.'
	);
}
