const SYSTEMS: Record<string, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/** A platform as a runner names it, in words: `Linux (x64)` for `linux-x64`. */
export function systemInWords(platform: string): string {
	const [system = '', processor] = platform.split('-');
	const name = SYSTEMS[system] ?? system;
	return processor ? `${name} (${processor})` : name;
}
