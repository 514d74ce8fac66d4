const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 });
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A duration as short as it can be read: `41 ms`, `2.4 s`, `3 min`. */
export const msText = (ms: number | null): string =>
	ms === null
		? '–'
		: ms < 1_000
			? `${numbers.format(ms < 10 ? ms : Math.round(ms))} ms`
			: ms < 60_000
				? `${numbers.format(ms / 1_000)} s`
				: `${numbers.format(ms / 60_000)} min`;

/** A share: `0.25 %`. */
export const shareText = (share: number | null): string =>
	share === null ? '–' : percents.format(share).replace('%', ' %');

/** Bytes in units of a thousand, as providers bill them: `1.2 MB`. */
export function bytesText(bytes: number): string {
	const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTE_UNITS.length - 1);
	return `${numbers.format(bytes / 1_000 ** power)} ${BYTE_UNITS[power]}`;
}

/** How many in a second: `0.2`, `14`. */
export const rateText = (perSecond: number): string =>
	perSecond > 0 && perSecond < 0.1 ? perSecond.toFixed(2) : numbers.format(perSecond);

/** The share of a budget that is left. More than all of it can be spent. */
export const budgetText = (left: number): string =>
	left < -9 ? 'far overspent' : left < 0 ? `overspent ${Math.round(1 - left)}×` : shareText(left);
