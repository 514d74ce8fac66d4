/** One figure of a benchmark. `peers` are figures of the same run that it is held against. */
export interface Row {
	name: string;
	value: number;
	unit: string;
	/** What it should reach; absent where nothing is promised. */
	limit?: string;
	peers?: Record<string, number>;
	ok: boolean;
}

/** Prints rows as a table, and with `--json` as one JSON object on the last line. */
export function report(rows: Row[], args: string[]): void {
	const cells = rows.map(({ name, value, unit, limit, peers, ok }) => [
		name,
		`${round(value)} ${unit}`,
		limit ?? '',
		Object.entries(peers ?? {})
			.map(([peer, figure]) => `${peer} ${round(figure)}`)
			.join(', '),
		ok ? 'ok' : 'MISSED'
	]);
	const table = [['what', 'measured', 'reach', 'beside', ''], ...cells];
	const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
	for (const row of table) {
		console.log(
			row
				.map((cell, i) => cell.padEnd(widths[i] ?? 0))
				.join('  ')
				.trimEnd()
		);
	}
	if (args.includes('--json')) console.log(JSON.stringify({ rows }));
}

const round = (value: number) => (value >= 100 ? Math.round(value) : Math.round(value * 100) / 100);
