const SYSTEMS: Record<string, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/** A platform as a runner names it, in words: `Linux (x64)` for `linux-x64`. */
export function systemInWords(platform: string): string {
	const [system = '', processor] = platform.split('-');
	const name = SYSTEMS[system] ?? system;
	return processor ? `${name} (${processor})` : name;
}

/**
 * The platforms that a browser's computer may be, as a runner names them; none for a phone. Browsers on a Mac say
 * "Intel" whatever is in it.
 */
export function platformsOf(userAgent: string): string[] {
	if (/Android|iPhone|iPad/.test(userAgent)) return [];
	if (userAgent.includes('Windows')) return ['win32-x64'];
	if (userAgent.includes('Macintosh')) return ['darwin-arm64', 'darwin-x64'];
	if (!userAgent.includes('Linux')) return [];
	return [/aarch64|arm64/.test(userAgent) ? 'linux-arm64' : 'linux-x64'];
}
