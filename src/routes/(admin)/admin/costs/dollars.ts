const format = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const small = new Intl.NumberFormat('en', {
	style: 'currency',
	currency: 'USD',
	maximumFractionDigits: 4
});

/** An amount; of less than a cent as much as there is. */
export const dollars = (amount: number): string =>
	amount > 0 && amount < 0.01 ? small.format(amount) : format.format(amount);
