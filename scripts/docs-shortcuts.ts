/** `pnpm docs:shortcuts`: writes `docs/shortcuts.md` from the table of shortcuts. */
import { writeFileSync } from 'node:fs';
import { projectPath } from './local/project.ts';
import { runScript } from './local/script.ts';
import { shortcutsPage } from './shortcuts-page.ts';

await runScript(async () => {
	writeFileSync(projectPath('docs/shortcuts.md'), await shortcutsPage());
	console.log('Written to docs/shortcuts.md.');
	return 0;
});
