import highlighter from 'highlight.js/lib/common';

/** Colours the code in an element by the language that its class names; what it does not know stays plain. */
export function highlight(element: HTMLElement): void {
	const [, language] = element.className.match(/language-([\w+#-]+)/) ?? [];
	if (!language || !highlighter.getLanguage(language) || element.dataset.coloured) return;
	const { value } = highlighter.highlight(element.textContent ?? '', { language });
	element.innerHTML = value;
	element.dataset.coloured = language;
}
