/** How an account stands, in a word and a tone. The gravest thing comes first. */
export function standingOf(person: {
	role: string;
	disabledAt: Date | null;
	deleteAfter: Date | null;
}): { tone: 'success' | 'warning' | 'danger' | 'quiet'; label: string } {
	if (person.disabledAt) return { tone: 'danger', label: 'Disabled' };
	if (person.deleteAfter) return { tone: 'warning', label: 'Being deleted' };
	if (person.role === 'admin') return { tone: 'success', label: 'Admin' };
	return { tone: 'quiet', label: 'Active' };
}
