/** How a group stands, in a word and a colour. */
export function standingOf({
	resolvedAt,
	regressedAt
}: {
	resolvedAt: Date | null;
	regressedAt: Date | null;
}): { tone: 'success' | 'warning' | 'danger'; label: string } {
	if (resolvedAt) return { tone: 'success', label: 'resolved' };
	if (regressedAt) return { tone: 'danger', label: 'came back' };
	return { tone: 'warning', label: 'open' };
}

/** A commit as people write it; a build without one has the time as its name. */
export const shortRelease = (release: string): string =>
	/^[0-9a-f]{40}$/.test(release) ? release.slice(0, 9) : release.slice(0, 20);
