import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { CLS_UNITS } from '../../src/lib/vitals.ts';
import { recordLabRun, type LabFigures } from '../../src/lib/server/services/lab-runs.ts';
import { messageOf, ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { asOperator } from './operator.ts';

const USAGE = `Say which report:
  pnpm dlx lighthouse https://coda.example/ --output json --output-path report.json
  pnpm ops lab:record report.json`;

const measured = z.object({ numericValue: z.number().min(0).max(3_600_000) });

/** What of a report is kept (https://github.com/GoogleChrome/lighthouse/blob/main/docs/understanding-results.md). */
const Report = z.object({
	lighthouseVersion: z.string().max(40),
	fetchTime: z.iso.datetime(),
	finalDisplayedUrl: z.url(),
	configSettings: z.object({ formFactor: z.enum(['mobile', 'desktop']) }),
	audits: z.object({
		'largest-contentful-paint': measured,
		'first-contentful-paint': measured,
		interactive: measured,
		'total-blocking-time': measured,
		'cumulative-layout-shift': measured
	})
});

/** The figures of a report of Lighthouse. The address loses its query, which may hold a secret. @throws ScriptError */
export function labFiguresIn(json: string): LabFigures {
	let parsed: z.ZodSafeParseResult<z.output<typeof Report>>;
	try {
		parsed = Report.safeParse(JSON.parse(json));
	} catch (error) {
		throw new ScriptError(`That is no report of Lighthouse: ${messageOf(error)}`);
	}
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		throw new ScriptError(
			`That is no report of Lighthouse with what is needed: ${issue?.path.join('.')}, ${issue?.message}`
		);
	}
	const { lighthouseVersion, fetchTime, finalDisplayedUrl, configSettings, audits } = parsed.data;
	const { origin, pathname } = new URL(finalDisplayedUrl);
	const whole = (name: keyof typeof audits, units = 1) =>
		Math.round(audits[name].numericValue * units);
	return {
		at: new Date(fetchTime),
		url: origin + pathname,
		formFactor: configSettings.formFactor,
		version: lighthouseVersion,
		lcp: whole('largest-contentful-paint'),
		fcp: whole('first-contentful-paint'),
		tti: whole('interactive'),
		tbt: whole('total-blocking-time'),
		cls: whole('cumulative-layout-shift', CLS_UNITS)
	};
}

export const labRecord: Command = {
	usage: 'lab:record report.json',
	summary: 'keeps what a report of Lighthouse measured, for the page of Web Vitals',
	async run([file, ...more]) {
		if (!file || more.length > 0) throw new ScriptError(USAGE, 2);
		let json: string;
		try {
			json = readFileSync(file, 'utf8');
		} catch (error) {
			throw new ScriptError(`${file} could not be read: ${messageOf(error)}`);
		}
		const figures = labFiguresIn(json);
		const isNew = await asOperator((tx, operator) => recordLabRun(tx, operator, figures), {
			task: 'lab:record'
		});
		const { url, formFactor, at } = figures;
		const what = `${url} on ${formFactor}, ${at.toISOString()}`;
		console.log(isNew ? `Recorded: ${what}.` : `Recorded already: ${what}.`);
	}
};
