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
