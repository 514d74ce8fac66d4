import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasUnsavedText, keep, readAllKept, readKept, wipeKept } from './storage';

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

const isText = (value: unknown): value is string => typeof value === 'string';

beforeEach(() => {
	vi.stubGlobal('localStorage', new FakeStorage());
	vi.stubGlobal('sessionStorage', new FakeStorage());
});
afterEach(() => vi.unstubAllGlobals());

describe('what the browser keeps', () => {
	it('belongs to one person', () => {
		keep({ key: 'coda-draft', who: 'ada' }, 'Kite');
		expect(readKept({ key: 'coda-draft', who: 'ada' }, isText)).toBe('Kite');
		expect(readKept({ key: 'coda-draft', who: 'bob' }, isText)).toBeUndefined();
		expect([hasUnsavedText('ada'), hasUnsavedText('bob')]).toEqual([true, false]);
	});

	it('is each by itself where there are several', () => {
		keep({ key: 'coda-unsent', who: 'ada', id: '1' }, 'Kite');
		keep({ key: 'coda-unsent', who: 'ada', id: '2' }, 'Boat');
		keep({ key: 'coda-unsent', who: 'bob', id: '3' }, 'Sled');
		keep({ key: 'coda-unsent', who: 'ada', id: '1' }, undefined);
		expect(readAllKept({ key: 'coda-unsent', who: 'ada' }, isText)).toEqual([
			{ id: '2', kept: 'Boat' }
		]);
	});

	it('is wiped for one person only, and the settings of the browser stay', () => {
		localStorage.setItem('coda-theme', 'dark');
		keep({ key: 'coda-idea', who: 'ada', id: '1' }, 'Kite');
		keep({ key: 'coda-undo', who: 'ada', area: 'session' }, 'token');
		keep({ key: 'coda-idea', who: 'bob', id: '1' }, 'Sled');
		wipeKept('ada');
		expect(Object.keys(localStorage).sort()).toEqual(['coda-idea:bob:1', 'coda-theme']);
		expect(Object.keys(sessionStorage)).toEqual([]);
	});
});
