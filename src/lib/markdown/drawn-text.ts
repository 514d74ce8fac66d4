/** What can be done with a text that is drawn. */
export interface Reader {
	/** Someone wants to write. Nothing where they may not. */
	onwrite?: () => void;
	/** A task was ticked or unticked. Nothing where that cannot be saved. */
	ontick?: (line: number) => void;
	/** Whether single keys do anything. */
	hasKeys: () => boolean;
}

/** Brings a drawn text to life: its boxes can be ticked, a click opens the field, code is coloured when it is seen. */
export function drawnText(area: HTMLElement, { onwrite, ontick, hasKeys }: Reader): () => void {
	const stop = new AbortController();
	const { signal } = stop;
	for (const box of area.querySelectorAll<HTMLInputElement>('input[data-task]')) {
		box.disabled = !ontick;
	}
	area.addEventListener(
		'change',
		({ target }) => {
			if (target instanceof HTMLInputElement) ontick?.(Number(target.dataset.task));
		},
		{ signal }
	);
	if (onwrite) {
		area.addEventListener('click', (event) => isForText(event) && onwrite(), { signal });
		area.addEventListener(
			'keydown',
			(event) => {
				const { key, ctrlKey, metaKey, altKey } = event;
				if (key !== 'e' || ctrlKey || metaKey || altKey || !hasKeys()) return;
				event.preventDefault();
				onwrite();
			},
			{ signal }
		);
	}
	const seen = watchCode(area);
	return () => {
		stop.abort();
		seen?.disconnect();
	};
}

/** A click on the words; not on a link or a box in them, and not the end of marking some of them. */
const isForText = ({ target }: MouseEvent): boolean =>
	target instanceof Element &&
	!target.closest('a, label, pre, .md-table') &&
	getSelection()?.isCollapsed !== false;

function watchCode(area: HTMLElement): IntersectionObserver | undefined {
	const blocks = area.querySelectorAll<HTMLElement>('code[class^="language-"]');
	if (blocks.length === 0) return undefined;
	const observer = new IntersectionObserver((entries) => {
		for (const { isIntersecting, target } of entries) {
			if (!isIntersecting || !(target instanceof HTMLElement)) continue;
			observer.unobserve(target);
			// Without a connection code stays plain.
			import('./highlight').then(
				({ highlight }) => highlight(target),
				() => undefined
			);
		}
	});
	for (const block of blocks) observer.observe(block);
	return observer;
}
