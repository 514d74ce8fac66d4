import { isTheme, type Theme } from '$lib/themes';
import { trpc } from '$lib/trpc';
import { reportFailure } from './report';
import type { ChosenKeys } from './shortcut-keys';

/*
 * What a person chose of how Coda looks and listens. The account has it; this browser keeps a copy of the
 * theme for pages that are drawn before anybody is known.
 */

const THEME = 'coda-theme';

/** The theme of this page. */
class Look {
	theme = $state<Theme>('system');

	/** Takes up what the page was drawn in before its script came. */
	open(): void {
		const { theme } = document.documentElement.dataset;
		if (isTheme(theme)) this.theme = theme;
	}

	/** Draws this page and the next ones in a theme. */
	apply(theme: Theme): void {
		this.theme = theme;
		document.documentElement.dataset.theme = theme;
		try {
			if (theme === 'system') localStorage.removeItem(THEME);
			else localStorage.setItem(THEME, theme);
		} catch {
			// Storage is blocked: the account remembers it.
		}
	}
}

/** How this page looks. */
export const look = new Look();

/** Keeps a choice with the account. What it changes is there already. */
export async function keepChoice(
	choice: { theme: Theme } | { singleKeys: boolean } | { keys: ChosenKeys }
): Promise<void> {
	try {
		await trpc.preferences.update.mutate(choice);
	} catch (cause) {
		reportFailure(cause, 'Couldn’t keep that with your account.', () => void keepChoice(choice));
	}
}
