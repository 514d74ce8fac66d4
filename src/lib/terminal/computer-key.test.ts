import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fingerprintWords } from '#protocol/fingerprint';
import { makeRunnerKey } from '#protocol/identity';
import { wipeKept } from '$lib/storage';
import { ComputerKey, type KeyQuestion } from './computer-key.svelte';

/** What the browser has: its entries are its own keys. */
class FakeStorage {
	getItem(name: string): string | null {
		return (this as unknown as Record<string, string>)[name] ?? null;
	}
	setItem(name: string, value: string): void {
		(this as unknown as Record<string, string>)[name] = value;
	}
	removeItem(name: string): void {
		delete (this as unknown as Record<string, string>)[name];
	}
}

const desk = { who: 'ada', runnerId: 'desk' };

beforeEach(() => {
	vi.stubGlobal('localStorage', new FakeStorage());
	vi.stubGlobal('sessionStorage', new FakeStorage());
});
afterEach(() => vi.unstubAllGlobals());

/** Looks at a key, and says that it is right. */
async function accepted(publicKey: string, of = desk): Promise<ComputerKey> {
	const key = new ComputerKey(of);
	await key.admits(publicKey);
	key.accept(key.question as KeyQuestion);
	return key;
}

test('a key is asked about before it is used, and from then on known', async () => {
	const { publicKey } = await makeRunnerKey();
	const key = new ComputerKey(desk);
	let told = 0;
	key.onAccepted(() => (told += 1));

	expect(await key.admits(publicKey)).toBe(false);
	const words = await fingerprintWords(publicKey);
	expect(key.question).toEqual({ publicKey, words, knownWords: undefined });
	expect(key.words).toEqual([]);
	key.accept(key.question as KeyQuestion);

	expect(told).toBe(1);
	expect(key.question).toBeUndefined();
	expect(await key.admits(publicKey)).toBe(true);
	expect(await new ComputerKey(desk).admits(publicKey)).toBe(true);
});

test('another key is asked about with the words of both, and the known one stays until then', async () => {
	const [before, after] = [await makeRunnerKey(), await makeRunnerKey()];
	await accepted(before.publicKey);
	const key = new ComputerKey(desk);

	expect(await key.admits(after.publicKey)).toBe(false);

	expect(key.question?.knownWords).toEqual(await fingerprintWords(before.publicKey));
	expect(await new ComputerKey(desk).admits(before.publicKey)).toBe(true);
	key.accept(key.question as KeyQuestion);
	expect(await new ComputerKey(desk).admits(before.publicKey)).toBe(false);
});

test('what one person knows nobody else does, and signing out forgets it', async () => {
	const { publicKey } = await makeRunnerKey();
	await accepted(publicKey);

	expect(await new ComputerKey({ ...desk, who: 'bob' }).admits(publicKey)).toBe(false);
	expect(await new ComputerKey({ ...desk, runnerId: 'laptop' }).admits(publicKey)).toBe(false);
	wipeKept('ada');
	expect(await new ComputerKey(desk).admits(publicKey)).toBe(false);
});

test('without storage the words hold for the page', async () => {
	vi.stubGlobal('localStorage', undefined);
	const { publicKey } = await makeRunnerKey();

	const key = await accepted(publicKey);

	expect(await key.admits(publicKey)).toBe(true);
	expect(await new ComputerKey(desk).admits(publicKey)).toBe(false);
});
