import { describe, expect, test } from 'vitest';
import {
	ASSUMED_PER_PERSON,
	CORRECTIONS,
	GUIDE_TABLES,
	MONTH_HOURS,
	monthlyCosts,
	PRICES,
	scaled,
	totalOf,
	type MonthlyUsage
} from './costs';

const nothing: MonthlyUsage = {
	requests: 0,
	functionHours: 0,
	outGb: 0,
	databaseAwakeHours: 0,
	databaseGb: 0,
	redisCommands: 0,
	mails: 0,
	relayHours: 0,
	relayGb: 0
};

const of = (service: string, usage: Partial<MonthlyUsage>) =>
	monthlyCosts({ ...nothing, ...usage }).find((line) => line.service === service)?.dollars;

test('the tables of the guide add up to what it says', () => {
	expect(GUIDE_TABLES.map(({ rows }) => totalOf(rows))).toEqual([25, 130]);
});

test('every row of the guide is set right', () => {
	for (const { now } of GUIDE_TABLES.flatMap(({ rows }) => rows)) {
		expect(CORRECTIONS[now], now).toBeTruthy();
	}
});

describe('monthlyCosts', () => {
	test('takes the seat of Vercel, and usage beyond what is in it', () => {
		expect(of('Vercel', {})).toBe(20);
		expect(of('Vercel', { requests: 10e6 })).toBe(20);
		expect(of('Vercel', { requests: 100e6 })).toBeCloseTo(60);
		expect(of('Vercel', { outGb: 1_200 })).toBeCloseTo(30);
	});

	test('takes a database that is awake all month as the smallest unit of it', () => {
		const dollars = of('Neon', { databaseAwakeHours: MONTH_HOURS, databaseGb: 2 }) ?? 0;

		expect(dollars).toBeCloseTo(0.25 * MONTH_HOURS * PRICES.neon.cuHour + 0.7);
	});

	test('knows what is free', () => {
		expect(of('Upstash', { redisCommands: 500_000 })).toBe(0);
		expect(of('Upstash', { redisCommands: 1_500_000 })).toBeCloseTo(2);
		expect(of('Resend', { mails: 3_000 })).toBe(0);
		expect(of('Resend', { mails: 3_001 })).toBe(20);
		expect(of('Resend', { mails: 60_000 })).toBeCloseTo(29);
	});

	test('takes the relay by the hour', () => {
		expect(of('Fly.io', { relayHours: MONTH_HOURS / 2 })).toBeCloseTo(1.66);
	});
});

test('more people use more, but not more hours than a month has', () => {
	const thousand = scaled(ASSUMED_PER_PERSON, 1_000);

	expect(thousand.requests).toBe(1_500_000);
	expect(thousand.databaseAwakeHours).toBe(MONTH_HOURS);
	expect(thousand.relayHours).toBe(MONTH_HOURS);
	expect(totalOf(monthlyCosts(thousand))).toBeLessThan(130);
});
