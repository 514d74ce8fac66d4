const KEY = 'coda-folded-sections';
/** Old ones are forgotten: what is folded is a convenience. */
const AT_MOST = 500;

/** Which sections are folded in this browser. They have random ids, so they say nothing about anybody. */
export const folds = {
	has: (featureId: string, sectionId: string): boolean =>
		read().includes(`${featureId} ${sectionId}`),

	set(featureId: string, sectionId: string, isFolded: boolean): void {
		const name = `${featureId} ${sectionId}`;
		const others = read().filter((one) => one !== name);
		try {
			const kept = isFolded ? [...others, name].slice(-AT_MOST) : others;
			localStorage.setItem(KEY, kept.join('\n'));
		} catch {
			// Blocked or full: it is folded until the page is left.
		}
	}
};

function read(): string[] {
	try {
		return (localStorage.getItem(KEY) ?? '').split('\n').filter(Boolean);
	} catch {
		// Blocked: nothing is folded.
		return [];
	}
}
