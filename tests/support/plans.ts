import pg from 'pg';

/** A step of a plan, as Postgres took it. */
export interface PlanStep {
	/** `Index Scan`, `Seq Scan`, `Sort`. */
	type: string;
	/** The table that it reads, where it reads one. */
	table?: string;
	index?: string;
	/** Rows that came out of it, over all its loops. */
	rows: number;
}

interface RawStep {
	'Node Type': string;
	'Relation Name'?: string;
	'Index Name'?: string;
	'Actual Rows': number;
	'Actual Loops': number;
	Plans?: RawStep[];
}

type Query = typeof pg.Client.prototype.query;
interface Sent {
	text: string;
	values: unknown[];
}

/** The steps by which Postgres answers the one SELECT that `work` sends. */
export async function planOf(work: () => Promise<unknown>): Promise<PlanStep[]> {
	const [plan, ...others] = await plansOf(work);
	if (!plan || others.length > 0) throw new Error('That is not one SELECT.');
	return plan;
}

/** The same for each of the SELECTs that `work` sends. */
export async function plansOf(work: () => Promise<unknown>): Promise<PlanStep[][]> {
	const sent = (await sentBy(work)).filter(({ text }) => /^\s*(SELECT|WITH)/i.test(text));
	const client = new pg.Client(process.env.DATABASE_URL);
	await client.connect();
	try {
		const plans: PlanStep[][] = [];
		for (const { text, values } of sent) {
			const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: RawStep }] }>({
				text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
				values
			});
			const [plan] = rows[0]?.['QUERY PLAN'] ?? [];
			plans.push(plan ? stepsOf(plan.Plan) : []);
		}
		return plans;
	} finally {
		await client.end();
	}
}

function stepsOf(step: RawStep): PlanStep[] {
	return [
		{
			type: step['Node Type'],
			table: step['Relation Name'],
			index: step['Index Name'],
			rows: step['Actual Rows'] * step['Actual Loops']
		},
		...(step.Plans ?? []).flatMap(stepsOf)
	];
}

async function sentBy(work: () => Promise<unknown>): Promise<Sent[]> {
	const sent: Sent[] = [];
	const original: Query = pg.Client.prototype.query;
	pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]): unknown {
		const [query] = args as [{ text?: string; values?: unknown[] } | undefined];
		if (query?.text) sent.push({ text: query.text, values: query.values ?? [] });
		return Reflect.apply(original, this, args);
	} as Query;
	try {
		await work();
	} finally {
		pg.Client.prototype.query = original;
	}
	return sent;
}
