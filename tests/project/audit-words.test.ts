import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { AUDIT_WORDS, auditWords } from '$lib/audit-words';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Actions that are put together while the program runs: what can be undone, and its undoing. */
const MADE = ['idea.delete.undo', 'idea.star.undo'];

/** Every action that the sources name: a noun, a dot and a verb, in a property or a type called so. */
function actionsInSources(): string[] {
	const files = ['src/lib/server', 'scripts'].flatMap((folder) =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
			.filter((name) => !name.startsWith('prisma/'))
			.map((name) => join(root, folder, name))
	);
	const found = new Set<string>(MADE);
	for (const file of files) {
		const text = readFileSync(file, 'utf8');
		if (!text.includes('recordAudit')) continue;
		for (const [, action = ''] of text.matchAll(/'([a-z]+\.[a-z][A-Za-z]*)'/g)) found.add(action);
	}
	return [...found].toSorted();
}

describe('the words of the audit', () => {
	// A file that records entries names reasons of refusals too, which look the same.
	const nouns = new Set(Object.keys(AUDIT_WORDS).map((action) => action.split('.')[0]));

	test('find actions in the sources', () => {
		expect(actionsInSources()).toEqual(expect.arrayContaining(['idea.delete', 'session.end']));
	});
});
