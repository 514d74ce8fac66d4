import { format, resolveConfig } from 'prettier';
import { keyLabel } from '../src/lib/state/shortcut-keys.ts';
import { SCOPES, SHORTCUTS, type Definition } from '../src/lib/state/shortcut-table.ts';
import { projectPath } from './local/project.ts';

/** The page of the documentation that lists every shortcut, as the table has them. */
export async function shortcutsPage(): Promise<string> {
	const all: Definition[] = Object.values(SHORTCUTS);
	const sections = SCOPES.map((scope) => {
		const lines = all
			.filter((one) => one.scope === scope)
			.map(({ keys, label }) => `| ${keys.map(code).join(' or ')} | ${label} |`);
		return [`## ${scope}`, '', '| Keys | What happens |', '| --- | --- |', ...lines].join('\n');
	});
	const text = `# Shortcuts

Made by \`pnpm docs:shortcuts\` from \`src/lib/state/shortcut-table.ts\`. On a Mac, Ctrl is ⌘ and Alt is ⌥. Under
Preferences, keys without Ctrl or Cmd can be switched off, and every shortcut but Enter and Esc can have another key.
\`?\` shows the keys as they are for you.

${sections.join('\n\n')}
`;
	const path = projectPath('docs/shortcuts.md');
	return format(text, { ...(await resolveConfig(path)), filepath: path });
}

const code = (keys: string): string => `\`${keyLabel(keys, false)}\``;
