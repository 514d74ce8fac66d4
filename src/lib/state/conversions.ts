import { mount, unmount } from 'svelte';
import { reportMissing } from './report';

/** What is to be converted. */
export interface Convertible {
	kind: 'ideaToFeature' | 'featureToIdea';
	id: string;
	title: string;
}

/** Asks what becomes what, and does it. The dialog is loaded when it is wanted, from wherever it is asked for. */
export async function openConversion(asked: Convertible): Promise<void> {
	const loading = import('$lib/components/ConvertDialog.svelte');
	const ConvertDialog = await loading.then(
		(module) => module.default,
		() => reportMissing('Couldn’t open the conversion.', () => void openConversion(asked))
	);
	if (!ConvertDialog) return;
	const dialog: Record<string, unknown> = mount(ConvertDialog, {
		target: document.body,
		props: { asked, onclose: () => void unmount(dialog) }
	});
}
