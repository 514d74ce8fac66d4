import {
	linkSync,
	mkdirSync,
	readFileSync,
	rmdirSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, processIdentity } from './process-identity.ts';
import { codeOf, ScriptError } from './script.ts';

export interface FileLockOptions {
	/** How long to wait for another process before giving up. */
	timeoutMs: number;
	/** Called once, when another process holds the lock. */
	onWait?: (pid: number) => void;
}

interface Holder {
	pid: number;
	identity: string;
}

/** How old a breaker may get: it is held for two file operations only. */
const breakerMaxAgeMs = 10_000;

/**
 * Runs `action` while this process alone holds the lock file, and answers its result.
 *
 * A lock whose process was killed is broken. Whoever breaks it holds a second lock while doing so, so
 * that two processes never break one after the other and remove each other's new lock.
 *
 * @throws ScriptError when another process keeps the lock for longer than `timeoutMs`
 */
export async function withFileLock<T>(
	path: string,
	{ timeoutMs, onWait }: FileLockOptions,
	action: () => Promise<T> | T
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	let waited = false;
	while (!take(path)) {
		const holder = holderOf(path);
		if (holder && !isRunning(holder.pid, holder.identity)) {
			breakLock(path);
			continue;
		}
		if (holder && !waited) onWait?.(holder.pid);
		waited ||= holder !== null;
		if (Date.now() > deadline) {
			throw new ScriptError(
				`Process ${holder?.pid ?? '?'} has kept ${path} for too long. End it first.`
			);
		}
		await sleep(25);
	}
	try {
		return await action();
	} finally {
		rmSync(path, { force: true });
	}
}

/** Creates the lock with its content in one step, so that nobody reads a lock without a holder. */
function take(path: string): boolean {
	const draft = `${path}.${randomUUID()}`;
	const holder: Holder = { pid: process.pid, identity: processIdentity(process.pid) };
	writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
	try {
		linkSync(draft, path);
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return false;
		throw error;
	} finally {
		rmSync(draft);
	}
}

/** Who holds the lock; null when it was released in the meantime. */
function holderOf(path: string): Holder | null {
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as Holder;
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return null;
		throw error;
	}
}

function breakLock(path: string): void {
	const breaker = `${path}.breaker`;
	try {
		mkdirSync(breaker);
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw error;
		removeOldBreaker(breaker);
		return;
	}
	try {
		const holder = holderOf(path);
		if (holder && !isRunning(holder.pid, holder.identity)) rmSync(path, { force: true });
	} finally {
		rmdirSync(breaker);
	}
}

function removeOldBreaker(breaker: string): void {
	const made = statSync(breaker, { throwIfNoEntry: false });
	if (made && Date.now() - made.mtimeMs > breakerMaxAgeMs)
		rmSync(breaker, { recursive: true, force: true });
}
