import { BackOff } from '../../runner/core/back-off.ts';
import type { BrowserEnd } from './browser-end.ts';

/**
 * Comes back each time that a tab's line is over, as a page does, until something is so.
 *
 * @returns how often it came back
 */
export async function keepAttached(tab: BrowserEnd, isDone: () => boolean): Promise<number> {
	const backOff = new BackOff();
	let times = 0;
	for (;;) {
		await tab.until(() => isDone() || tab.isCut);
		if (isDone()) return times;
		tab.cut();
		try {
			await tab.attach();
			if (tab.isCut) continue;
			times += 1;
			backOff.reset();
		} catch {
			// The relay is not there, or this line was cut before it was one: again, a little later.
			await new Promise((resolve) => setTimeout(resolve, backOff.next()));
		}
	}
}
