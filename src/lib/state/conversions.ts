import { mount, unmount } from 'svelte';
import type { Asked } from '$lib/components/ConvertDialog.svelte';

/** Asks what becomes what, and does it. The dialog is loaded when it is wanted, from wherever it is asked for. */
export async function openConversion(asked: Asked): Promise<void> {
	const { default: ConvertDialog } = await import('$lib/components/ConvertDialog.svelte');
	const dialog: Record<string, unknown> = mount(ConvertDialog, {
		target: document.body,
		props: { asked, onclose: () => void unmount(dialog) }
	});
}
