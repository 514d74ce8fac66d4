import { mount, unmount } from 'svelte';

/** What is to be converted. */
export interface Convertible {
	kind: 'ideaToFeature' | 'featureToIdea';
	id: string;
	title: string;
}

/** Asks what becomes what, and does it. The dialog is loaded when it is wanted, from wherever it is asked for. */
export async function openConversion(asked: Convertible): Promise<void> {
	const { default: ConvertDialog } = await import('$lib/components/ConvertDialog.svelte');
	const dialog: Record<string, unknown> = mount(ConvertDialog, {
		target: document.body,
		props: { asked, onclose: () => void unmount(dialog) }
	});
}
