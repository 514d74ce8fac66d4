/*
 * What running Coda costs. Prices are in dollars and without tax, as the providers' pages and documents of 2026 have
 * them; whoever reads them anew changes them here and nowhere else.
 */

/** When the prices were looked up. */
export const PRICES_READ_ON = '2026-11-26';

/** Hours of a month, as providers count them. */
export const MONTH_HOURS = 730;

export const PRICES = {
	vercel: {
		page: 'https://vercel.com/pricing',
		seat: 20,
		/** Usage that the seat pays for. */
		credit: 20,
		millionInvocations: 0.6,
		cpuHour: 0.128,
		memoryGbHour: 0.0106,
		includedGb: 1_000,
		gb: 0.15
	},
	neon: {
		page: 'https://neon.com/pricing',
		/** One of the plan Launch: 0.25 of it is the smallest compute. */
		cuHour: 0.106,
		gbMonth: 0.35
	},
	upstash: {
		page: 'https://upstash.com/pricing/redis',
		freeCommands: 500_000,
		hundredThousandCommands: 0.2
	},
	fly: {
		page: 'https://fly.io/docs/about/pricing',
		/** `shared-cpu-1x` with 512 MB, as `relay/fly.toml` has it, around the clock: 256 MB are $2.02, the rest is computed. */
		machineMonth: 3.32,
		gb: 0.02
	},
	resend: {
		page: 'https://resend.com/pricing',
		freeMails: 3_000,
		/** Up to `proMails`. */
		pro: 20,
		proMails: 50_000,
		thousandMore: 0.9
	}
} as const;

/** What is used in a month. */
export interface MonthlyUsage {
	requests: number;
	/** Time that functions worked. Half of it is waiting for the database, which costs memory only. */
	functionHours: number;
	outGb: number;
	/** Hours in which the database was asked at least every five minutes: for so long it is awake. */
	databaseAwakeHours: number;
	databaseGb: number;
	redisCommands: number;
	mails: number;
	relayHours: number;
	relayGb: number;
}

/** A line of the bill. */
export interface CostLine {
	service: string;
	/** What it is made of, in words. */
	says: string;
	dollars: number;
	page: string;
}

const FUNCTION_GB = 2;
const WORKING_SHARE = 0.5;
const SMALLEST_CU = 0.25;
/** A quarter of a compute unit answers about so many requests of a month before it grows. */
const REQUESTS_PER_QUARTER_CU = 10_000_000;

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const beyond = (used: number, included: number) => Math.max(0, used - included);

/** The bill of a month. */
export function monthlyCosts(usage: MonthlyUsage): CostLine[] {
	return [vercel(usage), neon(usage), upstash(usage), fly(usage), resend(usage)];
}

/** The sum of a bill. */
export const totalOf = (lines: readonly { dollars: number }[]): number =>
	lines.reduce((sum, { dollars }) => sum + dollars, 0);

function vercel({ requests, functionHours, outGb }: MonthlyUsage): CostLine {
	const { seat, credit, millionInvocations, cpuHour, memoryGbHour, includedGb, gb, page } =
		PRICES.vercel;
	const functions =
		(requests / 1e6) * millionInvocations +
		functionHours * WORKING_SHARE * cpuHour +
		functionHours * FUNCTION_GB * memoryGbHour;
	const usage = functions + beyond(outGb, includedGb) * gb;
	return {
		service: 'Vercel',
		says: `Pro for one person, ${number.format(requests)} requests, ${number.format(functionHours)} function hours, ${number.format(outGb)} GB out; $${credit} of usage are in the seat`,
		dollars: seat + beyond(usage, credit),
		page
	};
}

function neon({ requests, databaseAwakeHours, databaseGb }: MonthlyUsage): CostLine {
	const { cuHour, gbMonth, page } = PRICES.neon;
	const units = SMALLEST_CU * (1 + Math.floor(requests / REQUESTS_PER_QUARTER_CU));
	return {
		service: 'Neon',
		says: `Launch: ${units} CU for ${number.format(databaseAwakeHours)} hours, ${number.format(databaseGb)} GB`,
		dollars: units * databaseAwakeHours * cuHour + databaseGb * gbMonth,
		page
	};
}

function upstash({ redisCommands }: MonthlyUsage): CostLine {
	const { freeCommands, hundredThousandCommands, page } = PRICES.upstash;
	return {
		service: 'Upstash',
		says: `${number.format(redisCommands)} commands, of which ${number.format(freeCommands)} are free`,
		dollars: (beyond(redisCommands, freeCommands) / 1e5) * hundredThousandCommands,
		page
	};
}

function fly({ relayHours, relayGb }: MonthlyUsage): CostLine {
	const { machineMonth, gb, page } = PRICES.fly;
	return {
		service: 'Fly.io',
		says: `The relay for ${number.format(relayHours)} hours, ${number.format(relayGb)} GB out`,
		dollars: (relayHours / MONTH_HOURS) * machineMonth + relayGb * gb,
		page
	};
}

function resend({ mails }: MonthlyUsage): CostLine {
	const { freeMails, pro, proMails, thousandMore, page } = PRICES.resend;
	return {
		service: 'Resend',
		says: `${number.format(mails)} mails, of which ${number.format(freeMails)} are free`,
		dollars: mails <= freeMails ? 0 : pro + (beyond(mails, proMails) / 1_000) * thousandMore,
		page
	};
}

/** What does not grow with people, as far as a month of one instance goes. */
const FIXED: readonly (keyof MonthlyUsage)[] = ['relayHours'];

/** Usage of so many people, from that of others. The database is awake at most all the time. */
export function scaled(usage: MonthlyUsage, factor: number): MonthlyUsage {
	const grown = Object.fromEntries(
		Object.entries(usage).map(([name, value]) => [
			name,
			FIXED.includes(name as keyof MonthlyUsage) ? value : value * factor
		])
	) as unknown as MonthlyUsage;
	return { ...grown, databaseAwakeHours: Math.min(grown.databaseAwakeHours, MONTH_HOURS) };
}

/** A person who is here on twenty days of a month, as long as nothing was measured. */
export const ASSUMED_PER_PERSON: MonthlyUsage = {
	requests: 1_500,
	functionHours: 0.03,
	outGb: 0.03,
	/** Tasks ask every minute, so it never sleeps, however few people there are. */
	databaseAwakeHours: MONTH_HOURS,
	databaseGb: 0.002,
	redisCommands: 4_000,
	mails: 4,
	relayHours: MONTH_HOURS,
	relayGb: 0.05
};

/** A table of the guide that Coda was planned with, from October 2025, and what it takes today. */
export interface GuideTable {
	title: string;
	people: number;
	rows: readonly { service: string; tier: string; dollars: number; now: string }[];
}

export const GUIDE_TABLES: readonly GuideTable[] = [
	{
		title: 'The guide, October 2025',
		people: 20,
		rows: [
			{ service: 'Vercel', tier: 'Pro', dollars: 20, now: 'Vercel' },
			{ service: 'Vercel Postgres (Neon)', tier: 'Free', dollars: 0, now: 'Neon' },
			{ service: 'Upstash Redis', tier: 'Free', dollars: 0, now: 'Upstash' },
			{ service: 'Fly.io Relay', tier: 'Hobby', dollars: 5, now: 'Fly.io' }
		]
	},
	{
		title: 'The guide, 1,000 users',
		people: 1_000,
		rows: [
			{ service: 'Vercel', tier: 'Pro', dollars: 20, now: 'Vercel' },
			{ service: 'Vercel Postgres', tier: 'Paid', dollars: 50, now: 'Neon' },
			{ service: 'Upstash Redis', tier: 'Paid', dollars: 10, now: 'Upstash' },
			{ service: 'Fly.io Relay', tier: 'Paid', dollars: 20, now: 'Fly.io' },
			{ service: 'Sentry', tier: 'Team', dollars: 30, now: 'Sentry' }
		]
	}
];

/** What the guide's tiers have become. */
export const CORRECTIONS: Readonly<Record<string, string>> = {
	Vercel: 'The seat, with $20 of usage in it.',
	Neon: 'Free computes sleep and end at 100 hours of a unit: with tasks each minute production needs a paid one.',
	Upstash: 'No tiers: the first 500,000 commands of a month are free.',
	'Fly.io': 'There is no Hobby any more: a machine by the second, and bytes.',
	Sentry: 'Team is $29 by the month. Not used by Coda: errors are in its own database.'
};
