/**
 * Follows a link here instead of going to its address. With a modifier, or another button, it is a link like any
 * other: to a new tab, a window, or the disk.
 */
export function onPlainPress(event: MouseEvent, follow: () => void): void {
	const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
	if (!isPlain || event.altKey) return;
	event.preventDefault();
	follow();
}
