/** Puts a text on the clipboard, also where the page is not served over TLS. @returns whether it did */
export async function copyText(text: string): Promise<boolean> {
	try {
		if (navigator.clipboard) {
			await navigator.clipboard.writeText(text);
			return true;
		}
	} catch {
		// Refused: the old way may still work.
	}
	const field = document.createElement('textarea');
	field.value = text;
	field.setAttribute('style', 'position: fixed; opacity: 0');
	const focused = document.activeElement;
	document.body.append(field);
	field.select();
	const done = document.execCommand('copy');
	field.remove();
	if (focused instanceof HTMLElement) focused.focus();
	return done;
}
