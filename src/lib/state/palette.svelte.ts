import type { Component } from 'svelte';
import { reportMissing } from './report';

/** The panel that jumps to anything. Its code comes when it is wanted for the first time. */
class Palette {
	isOpen = $state(false);
	Panel = $state.raw<Component<{ who: string }>>();

	async open(): Promise<void> {
		try {
			this.Panel ??= (await import('$lib/components/palette/Palette.svelte')).default;
			this.isOpen = true;
		} catch {
			reportMissing('Couldn’t open the palette.', () => void this.open());
		}
	}
}

/** The palette of this page. */
export const palette = new Palette();
