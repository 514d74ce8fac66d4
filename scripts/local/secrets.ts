import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from './file-lock.ts';
import { ScriptError } from './script.ts';

/** The secrets that a development machine makes for itself. */
export type SecretName =
	| 'AUTH_SECRET'
	| 'CRON_SECRET'
	| 'DEVMODE_JWT_SECRET'
	| 'DEVMODE_GRANT_KEY'
	| 'RELAY_INTERNAL_SECRET'
	| 'POSTGRES_PASSWORD';

/**
 * The secrets of a data folder: 32 random bytes or a key each, made once and kept in `secrets.json`, which only
 * its owner can read.
 */
export async function localSecrets<Name extends SecretName>(
	folder: string,
	names: readonly Name[]
): Promise<Record<Name, string>> {
	const file = join(folder, 'secrets.json');
	const lock = join(folder, 'secrets.lock');
	return withFileLock(lock, { timeoutMs: 10_000 }, () => {
		const kept = readSecrets(file);
		const made = names.filter((name) => !kept[name]);
		for (const name of made) kept[name] = makeSecret(name);
		if (made.length > 0) writeSecrets(file, kept);
		return Object.fromEntries(names.map((name) => [name, kept[name]])) as Record<Name, string>;
	});
}

/** The database's password stands in an address, so it has no characters that would need escaping. */
function makeSecret(name: SecretName): string {
	if (name === 'DEVMODE_GRANT_KEY') return makeGrantKey();
	return randomBytes(32).toString(name === 'POSTGRES_PASSWORD' ? 'base64url' : 'base64');
}

/** A key for grants: Ed25519, PKCS #8, base64url. */
export function makeGrantKey(): string {
	const { privateKey } = generateKeyPairSync('ed25519');
	return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url');
}

function readSecrets(file: string): Partial<Record<SecretName, string>> {
	if (!existsSync(file)) return {};
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<SecretName, string>>;
	} catch {
		throw new ScriptError(`${file} is not JSON. Repair it, or remove it to have new secrets made.`);
	}
}

/** Written beside and renamed, so that a kill leaves the old file or the new one. */
function writeSecrets(file: string, secrets: Partial<Record<SecretName, string>>): void {
	const draft = `${file}.new`;
	writeFileSync(draft, `${JSON.stringify(secrets, null, '\t')}\n`, { mode: 0o600 });
	renameSync(draft, file);
}
