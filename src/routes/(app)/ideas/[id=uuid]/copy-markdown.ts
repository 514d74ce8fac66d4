import { copyText } from '$lib/copy';
import type { FeatureFields } from '$lib/feature-fields';
import { toasts } from '$lib/state/toasts.svelte';

/** Puts a feature on the clipboard as Markdown. What writes it is loaded when it is wanted. */
export async function copyFeature(
	feature: FeatureFields & { completedAt: Date | null }
): Promise<void> {
	const { featureAsMarkdown } = await import('$lib/idea-markdown');
	await copy(featureAsMarkdown(feature), feature.title);
}

/** Puts a section on the clipboard as Markdown. */
export async function copySection(section: { label: string; body: string }): Promise<void> {
	const { sectionAsMarkdown } = await import('$lib/idea-markdown');
	await copy(sectionAsMarkdown(section), section.label || 'The section');
}

async function copy(text: string, what: string) {
	if (await copyText(text)) toasts.show(`“${what}” is on the clipboard, as Markdown.`);
	else toasts.problem('Couldn’t copy. Mark the text and copy it by hand.');
}
