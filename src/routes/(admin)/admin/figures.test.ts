import { expect, test } from 'vitest';
import { budgetText, bytesText, msText, rateText, shareText } from './figures';

test.each([
	[msText(0.4), '0.4 ms'],
	[msText(41.3), '41 ms'],
	[msText(2_432), '2.4 s'],
	[msText(0), '0 ms'],
	[msText(999), '999 ms'],
	[msText(180_000), '3 min'],
	[msText(null), '–'],
	[shareText(0.0025), '0.25 %'],
	[shareText(null), '–'],
	[bytesText(0), '0 B'],
	[bytesText(999), '999 B'],
	[bytesText(1_240_000), '1.2 MB'],
	[bytesText(5e15), '5,000 TB'],
	[rateText(0), '0'],
	[rateText(0.024), '0.02'],
	[rateText(14.26), '14.3'],
	[budgetText(0.75), '75 %'],
	[budgetText(-1), 'overspent 2×'],
	[budgetText(-50), 'far overspent']
])('%s is read as %s', (text, expected) => {
	expect(text).toBe(expected);
});
