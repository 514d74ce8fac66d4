/** One thing to do, or one place to go. */
export interface MenuItem {
	label: string;
	href?: string;
	run?: () => void;
	/** A word at the right, such as its key. */
	aside?: string;
	danger?: boolean;
	disabled?: boolean;
}

const GAP_PX = 4;
const FORGET_MS = 700;

/** Puts what floats under a button, or over it where there is no room below, and never beyond the window's edge. */
export function placeBeside(button: HTMLElement, floating: HTMLElement): void {
	const { left, right, top, bottom } = button.getBoundingClientRect();
	const { clientWidth, clientHeight } = document.documentElement;
	const isRight = left > clientWidth / 2;
	const isAbove = bottom > clientHeight * 0.7;
	Object.assign(floating.style, {
		left: isRight ? 'auto' : `${Math.max(left, GAP_PX)}px`,
		right: isRight ? `${Math.max(clientWidth - right, GAP_PX)}px` : 'auto',
		top: isAbove ? 'auto' : `${bottom + GAP_PX}px`,
		bottom: isAbove ? `${clientHeight - top + GAP_PX}px` : 'auto'
	});
}

/**
 * Finds the next label that begins with what was typed within a moment; the same letter again goes on to
 * the next one. The function it makes answers -1 when there is none.
 */
export function typeAhead(now: () => number = Date.now) {
	let typed = '';
	let lastAt = 0;
	return (key: string, labels: readonly string[], here: number): number => {
		typed = now() - lastAt > FORGET_MS ? key : typed + key;
		lastAt = now();
		const isRepeated = [...typed].every((one) => one === typed[0]);
		const start = isRepeated ? typed[0] : typed;
		const from = isRepeated ? here + 1 : Math.max(here, 0);
		for (let step = 0; step < labels.length; step += 1) {
			const place = (from + step) % labels.length;
			if (labels[place]?.toLowerCase().startsWith((start ?? '').toLowerCase())) return place;
		}
		return -1;
	};
}
