import type { FeatureSection } from '$lib/schemas/features';

/** A feature of an idea of the guide. */
export interface GuideFeature {
	title: string;
	notes?: string;
	sections?: Omit<FeatureSection, 'id'>[];
	star?: 'star' | 'super';
	isDone?: boolean;
}

/** An idea of the guide. */
export interface GuideIdea {
	title: string;
	notes: string;
	star: 'none' | 'star';
	features: GuideFeature[];
}

/** Three ideas that a new account can start with: real ones, which teach by being used. First comes first. */
export const GUIDE: readonly GuideIdea[] = [
	{
		title: 'Write down what comes to mind',
		star: 'star',
		notes: `One line is enough. Press \`C\` anywhere, type, press \`Enter\`: it is kept, and the next one can follow at once.

- [ ] Write an idea of your own with \`C\`
- [ ] End a line with \`*\` to give it a star
- [ ] Put what else you know behind \` -- \`

A box like these is ticked with a click, here in the text.`,
		features: [
			{
				title: 'A star for what matters, two for what comes first',
				notes:
					'`*` at the end of a line makes a star, `**` a super-star. On the board, `S` changes the star of the line in use. Three ideas can be super-stars, so that they stay few.'
			},
			{
				title: 'Several at once',
				notes:
					'Paste a list: each line can become an idea of its own. An address at the end of a line becomes the link of the idea.'
			},
			{
				title: 'Nothing waits for the network',
				notes: 'What you write while you are offline is kept in this browser and sent afterwards.'
			}
		]
	},
	{
		title: 'Break an idea down until you can begin',
		star: 'none',
		notes: `An idea becomes doable when it has parts. These here are called *features*: open this idea and they stand beside its notes, in the order in which you want to do them.

1. Write down the parts, one line each.
2. Move what comes first to the top.
3. Tick what is done.`,
		features: [
			{
				title: 'Look at the sections of this feature',
				star: 'star',
				notes: 'A feature has notes, like this one, and as many sections as it needs.',
				sections: [
					{ label: 'Why', body: 'Because “make it better” is not something that one can begin.' },
					{
						label: 'Done when',
						body: '- [x] there is a section that says when it is done\n- [ ] you have written one yourself'
					}
				]
			},
			{
				title: 'Change the order',
				notes:
					'Drag a line by its handle, or choose “Move up” in its menu. `Alt` with `↑` or `↓` does the same by keyboard.'
			},
			{
				title: 'Tick what is done',
				isDone: true,
				notes: 'This one is done. The board shows how far an idea has come.'
			}
		]
	},
	{
		title: 'Find everything again, and take anything back',
		star: 'none',
		notes: `Whatever you do can be undone: \`Ctrl Z\` (\`⌘ Z\` on a Mac) takes back the latest, and the one before that.

> Delete this idea when you have read it. It stays in the Trash for a week.`,
		features: [
			{
				title: 'Delete something, and undo it',
				notes:
					'`#` moves the line in use to the Trash without asking. Undo brings it back with everything it had.'
			},
			{
				title: 'Search',
				notes:
					'The search forgives typing errors, and knows words such as `is:starred` and `has:link`.'
			},
			{
				title: 'Learn one key at a time',
				notes:
					'`?` shows every shortcut. `J` and `K` go through a list, `Enter` opens, `Esc` leaves. Single keys can be switched off there.'
			},
			{
				title: 'Write with Markdown',
				notes: `Notes may hold **bold**, lists, links, tables and code:

\`\`\`js
const left = ideas.filter((idea) => !idea.isDone);
\`\`\``
			}
		]
	}
];
