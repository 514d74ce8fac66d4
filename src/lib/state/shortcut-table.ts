/** Where a shortcut works. */
export const SCOPES = ['Everywhere', 'Lists', 'Idea'] as const;
export type Scope = (typeof SCOPES)[number];

/** One line of the table. */
export interface Definition {
	/**
	 * Alternatives, the one to show first. `mod` is Ctrl, or Cmd on a Mac; modifiers stand in the order `mod+`,
	 * `alt+`, `shift+`; a space stands between the keys of a chord.
	 */
	keys: readonly string[];
	label: string;
	scope: Scope;
	/** Works while typing, too. */
	whileTyping?: boolean;
	/** Its keys are what everyone expects there, so that nobody changes them. */
	isFixed?: boolean;
}

/** Every shortcut: keys, sheet, tooltips, palette, documentation and tests are all read from here. */
export const SHORTCUTS = {
	compose: { keys: ['c'], label: 'New idea', scope: 'Everywhere' },
	palette: { keys: ['mod+k'], label: 'Go to anything', scope: 'Everywhere', whileTyping: true },
	search: { keys: ['/'], label: 'Search, or find in an idea', scope: 'Everywhere' },
	'go.ideas': { keys: ['g i'], label: 'Go to Ideas', scope: 'Everywhere' },
	'go.search': { keys: ['g s'], label: 'Go to Search', scope: 'Everywhere' },
	'go.devices': { keys: ['g d'], label: 'Go to Devices', scope: 'Everywhere' },
	'go.trash': { keys: ['g t'], label: 'Go to Trash', scope: 'Everywhere' },
	'go.tags': { keys: ['g #'], label: 'Go to Tags', scope: 'Everywhere' },
	'go.account': { keys: ['g a'], label: 'Go to your account', scope: 'Everywhere' },
	undo: { keys: ['mod+z'], label: 'Undo', scope: 'Everywhere' },
	help: { keys: ['?'], label: 'Keyboard shortcuts', scope: 'Everywhere' },
	'list.next': { keys: ['j', 'arrowdown'], label: 'Next line', scope: 'Lists' },
	'list.previous': { keys: ['k', 'arrowup'], label: 'Previous line', scope: 'Lists' },
	'list.open': { keys: ['enter'], label: 'Open', scope: 'Lists', isFixed: true },
	'list.edit': { keys: ['e'], label: 'Edit', scope: 'Lists' },
	'list.select': { keys: ['x'], label: 'Select, or no longer', scope: 'Lists' },
	'list.selectNext': {
		keys: ['shift+j', 'shift+arrowdown'],
		label: 'Select down',
		scope: 'Lists'
	},
	'list.selectPrevious': {
		keys: ['shift+k', 'shift+arrowup'],
		label: 'Select up',
		scope: 'Lists'
	},
	'list.selectAll': { keys: ['mod+a'], label: 'Select all', scope: 'Lists' },
	'list.up': { keys: ['alt+arrowup'], label: 'Move up', scope: 'Lists' },
	'list.down': { keys: ['alt+arrowdown'], label: 'Move down', scope: 'Lists' },
	'idea.star': { keys: ['s'], label: 'Star, super-star, no star', scope: 'Lists' },
	'idea.tags': { keys: ['t'], label: 'Tags', scope: 'Lists' },
	'idea.copy': { keys: ['y'], label: 'Copy as Markdown', scope: 'Lists' },
	'idea.archive': { keys: ['a'], label: 'Archive, or take out of the archive', scope: 'Lists' },
	'idea.delete': { keys: ['#'], label: 'Move to Trash', scope: 'Lists' },
	'feature.add': { keys: ['n'], label: 'Add a feature', scope: 'Idea' },
	'feature.done': { keys: ['d'], label: 'Done, or open again', scope: 'Idea' },
	'idea.focus': { keys: ['f'], label: 'Show alone, or everything', scope: 'Idea' },
	'idea.terminal': { keys: ['`'], label: 'Terminals, or put them away', scope: 'Idea' },
	'idea.save': { keys: ['mod+s'], label: 'Save now', scope: 'Idea', whileTyping: true },
	close: {
		keys: ['escape'],
		label: 'Close, or leave a field',
		scope: 'Everywhere',
		whileTyping: true,
		isFixed: true
	}
} as const satisfies Record<string, Definition>;

/** The name of a shortcut. */
export type ShortcutId = keyof typeof SHORTCUTS;

/** The names of all shortcuts, in the order of the table. */
export const SHORTCUT_IDS = Object.keys(SHORTCUTS) as ShortcutId[];
