import type { FeatureFields } from '$lib/feature-fields';
import { copyAs } from '$lib/state/copy-idea';

/** Puts a feature on the clipboard as Markdown. What writes it is loaded when it is wanted. */
export async function copyFeature(
	feature: FeatureFields & { completedAt: Date | null }
): Promise<void> {
	const { featureAsMarkdown } = await import('$lib/idea-markdown');
	await copyAs(`“${feature.title}”`, featureAsMarkdown(feature));
}

/** Puts a section on the clipboard as Markdown. */
export async function copySection(section: { label: string; body: string }): Promise<void> {
	const { sectionAsMarkdown } = await import('$lib/idea-markdown');
	await copyAs(section.label ? `“${section.label}”` : 'The section', sectionAsMarkdown(section));
}
