/** Asks again and again while somebody looks: not while the page is in the background, and not when it is stopped. */
export class Poll {
	isPaused = $state(false);
	/** The last question found nobody. */
	hasFailed = $state(false);

	/**
	 * Begins. A question is asked when the answer to the one before is there and its time is over.
	 *
	 * @returns ends it
	 */
	start(ask: () => Promise<void>, everyMs: number): () => void {
		let timer: ReturnType<typeof setTimeout> | undefined;
		let isAsking = false;
		const next = () => {
			clearTimeout(timer);
			timer = setTimeout(look, everyMs);
		};
		const look = async () => {
			if (isAsking) return;
			if (this.isPaused || document.hidden) return next();
			isAsking = true;
			try {
				await ask();
				this.hasFailed = false;
			} catch {
				// What stands on the page says how old it is; the next question may find somebody.
				this.hasFailed = true;
			}
			isAsking = false;
			next();
		};
		const onShown = () => {
			if (!document.hidden) void look();
		};
		document.addEventListener('visibilitychange', onShown);
		next();
		return () => {
			clearTimeout(timer);
			document.removeEventListener('visibilitychange', onShown);
		};
	}
}
