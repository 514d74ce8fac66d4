/** The version of this runner; `package.json` has the same. */
export const RUNNER_VERSION = '0.5.0';

/** Whether this runner is older than that version. What is no version asks for nothing. */
export function isOlder(minimum: string, own: string = RUNNER_VERSION): boolean {
	const [wanted, has] = [numbersOf(minimum), numbersOf(own)];
	for (const [at, number] of wanted.entries()) {
		const difference = number - (has[at] ?? 0);
		if (difference !== 0) return difference > 0;
	}
	return false;
}

const numbersOf = (version: string): number[] =>
	/^\d+(\.\d+){0,2}/.exec(version)?.[0].split('.').map(Number) ?? [];
