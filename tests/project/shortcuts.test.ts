import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { keysUnder, whyNotKeys } from '$lib/state/shortcut-keys';
import { SHORTCUT_IDS } from '$lib/state/shortcut-table';
import { projectPath } from '../../scripts/local/project';
import { shortcutsPage } from '../../scripts/shortcuts-page';

test('the page of shortcuts is what the table says: pnpm docs:shortcuts', async () => {
	expect(readFileSync(projectPath('docs/shortcuts.md'), 'utf8')).toBe(await shortcutsPage());
});

test('no two shortcuts share a key, and none stands in the way of a chord', () => {
	for (const id of SHORTCUT_IDS) {
		for (const keys of keysUnder({}, id)) {
			const problem = whyNotKeys({}, id, keys);
			if (problem) expect(problem, `${id}: ${keys}`).toMatch(/stay as they are/);
		}
	}
});
