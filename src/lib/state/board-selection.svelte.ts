/** The lines that are chosen, to do something with all of them. */
export class Selection {
	ids = $state.raw<ReadonlySet<string>>(new Set());
	/** Where a selection that is extended begins. */
	#anchor?: string;

	get size(): number {
		return this.ids.size;
	}

	/** Chooses a line, or no longer. */
	toggle(id: string): void {
		const ids = new Set(this.ids);
		if (!ids.delete(id)) ids.add(id);
		this.ids = ids;
		this.#anchor = id;
	}

	/**
	 * Chooses everything between the line that was chosen last and this one.
	 *
	 * @param from where it begins when none was chosen, or the one that was is not shown
	 * @param order the ids as they are shown
	 */
	extend(to: string, from: string, order: readonly string[]): void {
		const anchor = this.#anchor && order.includes(this.#anchor) ? this.#anchor : from;
		const [start, end] = [order.indexOf(anchor), order.indexOf(to)].toSorted((a, b) => a - b);
		this.ids = new Set([...this.ids, ...order.slice(start, (end ?? 0) + 1)]);
		this.#anchor ??= anchor;
	}

	/** Chooses these and no others. */
	all(ids: readonly string[]): void {
		this.ids = new Set(ids);
	}

	clear(): void {
		if (this.ids.size > 0) this.ids = new Set();
		this.#anchor = undefined;
	}
}
