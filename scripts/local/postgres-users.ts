import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, processIdentity } from './process-identity.ts';
import type { PostgresPlace } from './postgres-place.ts';

/** One use of the server, from `addUser` to `removeUser`. A process may use it several times. */
export type PostgresUse = string;

let usesOfThisProcess = 0;

/** Records that this process uses the server. The caller holds the lock of the place. */
export function addUser({ users }: PostgresPlace): PostgresUse {
	mkdirSync(users, { recursive: true, mode: 0o700 });
	const use = join(users, `${process.pid}.${++usesOfThisProcess}`);
	writeFileSync(use, processIdentity(process.pid));
	return use;
}

/** Ends a use. The caller holds the lock. */
export function removeUser(use: PostgresUse): void {
	rmSync(use, { force: true });
}

/** How many uses there are. Those of processes that were killed are removed. The caller holds the lock. */
export function countUsers({ users }: PostgresPlace): number {
	const live = readdirSync(users).filter((name) => {
		const use = join(users, name);
		const alive = isRunning(Number(name.split('.')[0]), readFileSync(use, 'utf8'));
		if (!alive) removeUser(use);
		return alive;
	});
	return live.length;
}
