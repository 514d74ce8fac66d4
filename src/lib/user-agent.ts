import Bowser from 'bowser';

/** A browser as a person would name it: `Chrome on Windows`, and `a browser` where nothing is known. */
export function browserInWords(userAgent: string | null): string {
	if (!userAgent) return 'a browser';
	const { browser, os } = Bowser.parse(userAgent);
	if (!browser.name) return os.name ? `a browser on ${os.name}` : 'a browser';
	return os.name ? `${browser.name} on ${os.name}` : browser.name;
}
