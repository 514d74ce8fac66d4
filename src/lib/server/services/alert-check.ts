import { ADVISORY_LOCKS } from '../advisory-locks';
import { BUILT_AT } from '../build';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { log, redactText } from '../log';
import { Prisma } from '../prisma/client';
import { leadOf, type Lead } from './alert-lead';
import { OTHER_RULES, RULE_KEYS, RULES, type Reading, type Rule } from './alert-rules';
import { tellOfAlerts } from './alert-notices';
import { deliverAlerts } from './alert-deliveries';
import { maintenanceIsRecent } from './maintenance-rest';
import { deliverOutboxSoon } from './outbox';
import { recordStatus } from './status';

/** How long a rule may take to be read. */
const READ_MS = 5_000;
/** Others may be writing, too: one waits for them. */
export const CHECK_TRANSACTION = { timeout: 15_000, maxWait: 10_000 };
const ERROR_CHARS = 300;
const SAYS_CHARS = 300;

/** What a check came to. */
export interface Checked extends Record<string, number> {
	fired: number;
	recovered: number;
	/** Rules that could not be read. */
	unreadable: number;
	/** 1 where nothing was written, because a newer release looks. */
	left: number;
}

/** How to check, where it is not as always. */
export interface CheckOptions {
	rules?: Readonly<Record<string, Rule>>;
	/** For one rule. */
	readMs?: number;
	/** The moment to take for now; the database's, where nobody says. */
	at?: Date;
	/** When the release was built that checks. */
	builtAt?: Date;
}

/** What one rule said, or why it said nothing. */
type Read = { key: string; rule: Rule } & ({ readings: Reading[] } | { error: string });

/**
 * Reads every rule and writes down what has changed. A rule that fails or hangs is told as such, and holds up no
 * other. However many check at once, each change is made, and told, by one of them. Of two releases side by side the
 * newer one says what is bad.
 */
export async function checkAlerts({
	rules = RULES,
	readMs = READ_MS,
	at,
	builtAt = new Date(BUILT_AT)
}: CheckOptions = {}): Promise<Checked> {
	const [settings, rests] = await Promise.all([
		db.alertRule.findMany({ select: { key: true, isOn: true } }),
		maintenanceIsRecent(at)
	]);
	const off = new Set(settings.flatMap(({ key, isOn }) => (isOn ? [] : [key])));
	const reads = await Promise.all(
		Object.entries(rules)
			.filter(([key, rule]) => !off.has(key) && !(rests && rule.restsInMaintenance))
			.map(([key, rule]) => readRule(key, rule, readMs))
	);
	const result = await db.$transaction(async (tx) => {
		await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.checkingAlerts}::bigint)`;
		const now = at ?? (await databaseNow(tx));
		const lead = await leadOf(tx, builtAt, now);
		if (!lead) return { fired: 0, recovered: 0, left: 1 };
		await keepReadings(tx, reads, now);
		await apply(tx, found(reads, off.has('unreadable')), lead);
		await endSwitchedOff(tx, [...off], now);
		await dropUnknown(tx, [...RULE_KEYS, ...Object.keys(rules)], lead);
		const told = await tellOfAlerts(tx, now);
		await recordStatus(tx, now, unread(rules, reads));
		return { ...told, left: 0 };
	}, CHECK_TRANSACTION);
	if (result.fired + result.recovered > 0) {
		defer('send-outbox', deliverOutboxSoon);
		defer('deliver-alerts', deliverAlerts);
	}
	return { ...result, unreadable: reads.filter((read) => 'error' in read).length };
}

async function databaseNow(tx: Transaction): Promise<Date> {
	const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
	return row?.now ?? new Date();
}

async function readRule(key: string, rule: Rule, readMs: number): Promise<Read> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer in ${readMs} ms`)), readMs);
	});
	try {
		return { key, rule, readings: await Promise.race([rule.read(), late]) };
	} catch (error) {
		log('warn', 'Alert rule could not be read', { rule: key, error });
		return { key, rule, error: shortly(error) };
	} finally {
		clearTimeout(timer);
	}
}

const shortly = (error: unknown): string =>
	redactText(error instanceof Error ? error.message : String(error))
		.replace(/\s+/g, ' ')
		.slice(0, ERROR_CHARS);

/** Keeps what was read, for the page. */
async function keepReadings(tx: Transaction, reads: Read[], now: Date): Promise<void> {
	const rows = reads.map((read) => ({
		key: read.key,
		error: 'error' in read ? read.error : null,
		readings:
			'error' in read
				? null
				: read.readings.map(({ subject = '', says, isBad }) => ({ subject, says, isBad }))
	}));
	await tx.$executeRaw`
		INSERT INTO alert_rules AS r (key, read_at, readings, error)
		SELECT key, ${now}, coalesce(readings, '[]'), error
		FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
			AS given (key text, readings jsonb, error text)
		ORDER BY key
		ON CONFLICT (key) DO UPDATE SET read_at = EXCLUDED.read_at, error = EXCLUDED.error,
			readings = CASE WHEN EXCLUDED.error IS NULL THEN EXCLUDED.readings ELSE r.readings END`;
}

/** Rules that say nothing at this moment: off, resting, or failing. */
const unread = (rules: Readonly<Record<string, Rule>>, reads: Read[]): Rule[] =>
	Object.entries(rules).flatMap(([key, rule]) =>
		reads.some((read) => read.key === key && 'readings' in read) ? [] : [rule]
	);

/** What is bad, and which rules were read: nothing is known of the others. */
interface Found {
	bad: { rule: string; subject: string; severity: number; says: string }[];
	read: { rule: string; window: number; clear: number }[];
}

function found(reads: Read[], unreadableIsOff: boolean): Found {
	const result: Found = { bad: [], read: [] };
	const { windowSeconds, clearSeconds, severity } = OTHER_RULES.unreadable;
	if (!unreadableIsOff) {
		result.read.push({ rule: 'unreadable', window: windowSeconds, clear: clearSeconds });
	}
	for (const read of reads) {
		const { key, rule } = read;
		if ('error' in read) {
			if (unreadableIsOff) continue;
			result.bad.push({ rule: 'unreadable', subject: key, severity, says: read.error });
			continue;
		}
		result.read.push({ rule: key, window: rule.windowSeconds, clear: rule.clearSeconds });
		for (const { isBad, subject = '', says, severity = rule.severity } of read.readings) {
			if (!isBad) continue;
			result.bad.push({ rule: key, subject, severity, says: says.slice(0, SAYS_CHARS) });
		}
	}
	return result;
}

/** Each statement says itself which rows it may change, so that a second one right after it changes none. */
async function apply(tx: Transaction, { bad, read }: Found, lead: Lead): Promise<void> {
	const { now, builtAt, endsUpTo } = lead;
	const isBad = JSON.stringify(bad);
	const wasRead = JSON.stringify(read);
	await tx.$executeRaw`
		INSERT INTO alerts AS a (id, rule, subject, severity, says, since, found_by)
		SELECT DISTINCT ON (rule, subject) gen_random_uuid(), rule, subject, severity, says, ${now},
			${builtAt}::timestamptz
		FROM jsonb_to_recordset(${isBad}::jsonb)
			AS b (rule text, subject text, severity smallint, says text)
		ORDER BY rule, subject, severity
		ON CONFLICT (rule, subject) WHERE state <> 'recovered' DO UPDATE SET
			says = EXCLUDED.says,
			found_by = greatest(a.found_by, EXCLUDED.found_by),
			-- What becomes graver has to hold for the window as well; what becomes lesser is so at once.
			severity = CASE WHEN a.state = 'firing' THEN greatest(a.severity, EXCLUDED.severity)
				ELSE EXCLUDED.severity END,
			graver_since = CASE WHEN a.state = 'firing' AND EXCLUDED.severity < a.severity
				THEN coalesce(a.graver_since, ${now}) END,
			times = a.times + CASE WHEN a.clear_since IS NULL THEN 0 ELSE 1 END,
			clear_since = NULL`;
	await tx.$executeRaw`
		DELETE FROM alerts AS a USING jsonb_to_recordset(${wasRead}::jsonb) AS r (rule text)
		WHERE a.rule = r.rule AND a.state = 'pending' AND ${mayEnd(endsUpTo)} AND NOT EXISTS (
			SELECT FROM jsonb_to_recordset(${isBad}::jsonb) AS b (rule text, subject text)
			WHERE b.rule = a.rule AND b.subject = a.subject
		)`;
	await tx.$executeRaw`
		UPDATE alerts AS a SET severity = b.severity, graver_since = NULL
		FROM jsonb_to_recordset(${isBad}::jsonb) AS b (rule text, subject text, severity smallint),
			jsonb_to_recordset(${wasRead}::jsonb) AS r (rule text, "window" int)
		WHERE a.rule = b.rule AND a.subject = b.subject AND a.rule = r.rule AND a.state = 'firing'
			AND b.severity < a.severity
			AND a.graver_since <= ${now}::timestamptz - make_interval(secs => r."window")`;
	await tx.$executeRaw`
		UPDATE alerts AS a SET clear_since = ${now}, graver_since = NULL
		FROM jsonb_to_recordset(${wasRead}::jsonb) AS r (rule text)
		WHERE a.rule = r.rule AND a.state = 'firing' AND a.clear_since IS NULL AND ${mayEnd(endsUpTo)} AND NOT EXISTS (
			SELECT FROM jsonb_to_recordset(${isBad}::jsonb) AS b (rule text, subject text)
			WHERE b.rule = a.rule AND b.subject = a.subject
		)`;
	await tx.$executeRaw`
		UPDATE alerts AS a SET state = 'firing', fired_at = ${now}
		FROM jsonb_to_recordset(${wasRead}::jsonb) AS r (rule text, "window" int)
		WHERE a.rule = r.rule AND a.state = 'pending'
			AND a.since <= ${now}::timestamptz - make_interval(secs => r."window")`;
	await tx.$executeRaw`
		UPDATE alerts AS a SET state = 'recovered', recovered_at = ${now}
		FROM jsonb_to_recordset(${wasRead}::jsonb) AS r (rule text, clear int)
		WHERE a.rule = r.rule AND a.state = 'firing' AND ${mayEnd(endsUpTo)}
			AND a.clear_since <= ${now}::timestamptz - make_interval(secs => r.clear)`;
}

/** Alerts that no release found bad which is newer than the one that may end them. */
const mayEnd = (endsUpTo: Date | null) =>
	Prisma.sql`coalesce(a.found_by <= coalesce(${endsUpTo}::timestamptz, 'infinity'), true)`;

/** Ends, without a word, what belongs to a rule that is off. */
async function endSwitchedOff(tx: Transaction, off: string[], now: Date): Promise<void> {
	await tx.$executeRaw`
		UPDATE alerts SET state = 'recovered', recovered_at = ${now}, recovery_told_at = ${now}
		WHERE state <> 'recovered' AND rule = ANY(${off}::text[])`;
}

/** Ends, without a word, what belongs to a rule that this release does not have. */
async function dropUnknown(
	tx: Transaction,
	known: string[],
	{ now, endsUpTo }: Lead
): Promise<void> {
	await tx.$executeRaw`
		UPDATE alerts AS a SET state = 'recovered', recovered_at = ${now}, recovery_told_at = ${now}
		WHERE state <> 'recovered' AND rule <> ALL(${known}::text[]) AND ${mayEnd(endsUpTo)}`;
}
