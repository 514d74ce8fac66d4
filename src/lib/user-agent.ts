import Bowser from 'bowser';

/** A browser as a person would name it: `Chrome on Windows`, and `a browser` where nothing is known. */
export function browserInWords(userAgent: string | null): string {
	if (!userAgent) return 'a browser';
	const { browser, os } = Bowser.parse(userAgent);
	if (!browser.name) return os.name ? `a browser on ${os.name}` : 'a browser';
	return os.name ? `${browser.name} on ${os.name}` : browser.name;
}

/** The kinds of device that are told apart. */
export const DEVICE_KINDS = ['desktop', 'mobile', 'tablet', 'other'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** What looks at a page, in families: no version, and no name that is not a known one. */
export interface Agent {
	/** A crawler, a monitor, a program: nobody who looks. */
	isBot: boolean;
	device: DeviceKind;
	/** `Firefox`; empty where nobody knows it. */
	browser: string;
	/** `Windows`; empty where nobody knows it. */
	system: string;
}

const BOT =
	/bot|crawl|spider|slurp|preview|headless|lighthouse|monitor|scan|fetch|http|curl|wget|python|java\//i;
const BROWSERS = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS = new Set(Object.values(Bowser.OS_MAP));

/** Sorts a browser by what it calls itself. Who does not say what it is counts as a program. */
export function agentOf(userAgent: string): Agent {
	if (!userAgent) return { isBot: true, device: 'other', browser: '', system: '' };
	const { browser, os, platform } = Bowser.parse(userAgent);
	return {
		isBot: BOT.test(userAgent) || platform.type === 'bot',
		device: DEVICE_KINDS.find((one) => one === platform.type) ?? 'other',
		browser: known(BROWSERS, browser.name),
		system: known(SYSTEMS, os.name)
	};
}

/** Anyone can call their browser anything, so that only known names are kept. */
const known = (names: Set<string>, name = '') => (names.has(name) ? name : '');
