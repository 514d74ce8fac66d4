import type { Page } from '@playwright/test';
import axe, { type AxeResults } from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong on the page, as short lines. */
export async function findings(page: Page): Promise<string[]> {
	await page.evaluate(axe.source);
	const results = await page.evaluate<AxeResults, string[]>(
		(tags) =>
			(window as unknown as { axe: typeof axe }).axe.run(document, {
				runOnly: { type: 'tag', values: tags }
			}),
		TAGS
	);
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(' ')}`);
}

/** Whether something is wider than the window. */
export const overflows = (page: Page): Promise<boolean> =>
	page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

/** What can be pressed and is smaller than 24 pixels, but for words in a sentence (WCAG 2.5.8), as short lines. */
export const smallTargets = (page: Page): Promise<string[]> =>
	page.evaluate(() => {
		const isInSentence = (element: Element) => {
			const around = element.parentElement?.textContent?.trim() ?? '';
			const display = getComputedStyle(element).display;
			return display === 'inline' && around !== element.textContent?.trim();
		};
		return [
			...document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden])')
		]
			.filter((element) => element.checkVisibility({ opacityProperty: true }))
			.filter((element) => !element.closest('.sr-only'))
			.map((element) => ({
				element,
				box: (element.closest('label') ?? element).getBoundingClientRect()
			}))
			.filter(({ box }) => box.width > 1 && (box.height < 23.5 || box.width < 23.5))
			.filter(({ element }) => !isInSentence(element))
			.map(
				({ element, box }) =>
					`${element.tagName.toLowerCase()} "${element.textContent?.trim().slice(0, 40)}" ${Math.round(box.width)}×${Math.round(box.height)}`
			);
	});
