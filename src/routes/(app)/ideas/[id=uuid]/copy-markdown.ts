import type { FeatureFields } from '$lib/feature-fields';
import { copyAs } from '$lib/state/copy-idea';
import { reportMissing } from '$lib/state/report';

/** Puts a feature on the clipboard as Markdown. What writes it is loaded when it is wanted. */
export async function copyFeature(
	feature: FeatureFields & { completedAt: Date | null }
): Promise<void> {
	const markdown = await writer(() => void copyFeature(feature));
	if (markdown) await copyAs(`“${feature.title}”`, markdown.featureAsMarkdown(feature));
}

/** Puts a section on the clipboard as Markdown. */
export async function copySection(section: { label: string; body: string }): Promise<void> {
	const markdown = await writer(() => void copySection(section));
	const what = section.label ? `“${section.label}”` : 'The section';
	if (markdown) await copyAs(what, markdown.sectionAsMarkdown(section));
}

/** What writes Markdown, or nothing, and why is said. */
async function writer(again: () => void) {
	try {
		return await import('$lib/idea-markdown');
	} catch {
		reportMissing('Couldn’t copy it.', again);
		return undefined;
	}
}
