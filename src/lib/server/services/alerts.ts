import type { SetQuietHours, SetRule } from '$lib/schemas/alerts';
import { db } from '../db';
import type { QuietTimes } from '../quiet-hours';
import type { AlertState, Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import type { Actor } from './actor';
import { isRule, RULE_KEYS, ruleOf, type AnyRuleKey } from './alert-rules';
import { recordAudit } from './audit';

/** Alerts that are over, on the page. */
const PAST_SHOWN = 50;
/** More fire only when everything does. */
const FIRING_SHOWN = 50;

/** An alert as an admin sees it. */
export interface ListedAlert {
	id: string;
	rule: string;
	subject: string;
	severity: number;
	state: AlertState;
	says: string;
	since: Date;
	firedAt: Date | null;
	clearSince: Date | null;
	recoveredAt: Date | null;
	times: number;
	toldAt: Date | null;
	/** What it was made a part of. */
	incident: { id: string; number: number } | null;
	title: string;
	firstStep: string;
	href: string;
}

/** What fires or may soon, the gravest first, and what fired last. What never fired was nobody's concern. */
export async function listAlerts(
	_admin: Actor
): Promise<{ open: ListedAlert[]; past: ListedAlert[] }> {
	const rows = await db.$queryRaw<Omit<ListedAlert, 'title' | 'firstStep' | 'href'>[]>`
		SELECT a.id, a.rule, a.subject, a.severity::int, a.state::text, a.says, a.since, a.fired_at AS "firedAt",
			a.clear_since AS "clearSince", a.recovered_at AS "recoveredAt", a.times::int, a.told_at AS "toldAt",
			CASE WHEN i.id IS NOT NULL THEN jsonb_build_object('id', i.id, 'number', i.number) END AS incident
		FROM (
			SELECT * FROM alerts WHERE state <> 'recovered'
			UNION ALL (
				SELECT * FROM alerts WHERE state = 'recovered' AND fired_at IS NOT NULL
				ORDER BY fired_at DESC, id LIMIT ${PAST_SHOWN}
			)
		) AS a LEFT JOIN incidents AS i ON i.id = a.incident_id
		ORDER BY a.state = 'recovered', CASE WHEN a.state = 'recovered' THEN a.fired_at END DESC,
			a.state DESC, a.severity, a.since, a.id`;
	const alerts = rows.map(listed);
	const isOpen = ({ state }: ListedAlert) => state !== 'recovered';
	return { open: alerts.filter(isOpen), past: alerts.filter((alert) => !isOpen(alert)) };
}

/** What fires at this moment, the gravest first, for the shell of the operator's pages. */
export async function listFiring(_admin: Actor): Promise<ListedAlert[]> {
	const firing = await db.alert.findMany({
		where: { state: 'firing' },
		orderBy: [{ severity: 'asc' }, { since: 'asc' }, { id: 'asc' }],
		take: FIRING_SHOWN,
		select: alertSelect
	});
	return firing.map(listed);
}

const alertSelect = {
	...{ id: true, rule: true, subject: true, severity: true, state: true, says: true, since: true },
	...{ firedAt: true, clearSince: true, recoveredAt: true, times: true, toldAt: true },
	incident: { select: { id: true, number: true } }
} satisfies Prisma.AlertSelect;

/** With the words of its rule. */
function listed(alert: Omit<ListedAlert, 'title' | 'firstStep' | 'href'>): ListedAlert {
	const { title, firstStep, href } = ruleOf(alert.rule);
	return { ...alert, title, firstStep, href };
}

/** A rule, how it is set, and what it read last. */
export interface ListedRule {
	key: AnyRuleKey;
	title: string;
	severity: number;
	threshold: string;
	windowSeconds: number;
	clearSeconds: number;
	firstStep: string;
	href: string;
	isOn: boolean;
	/** Until then nobody is told; not when it is past. */
	silencedUntil: Date | null;
	readAt: Date | null;
	readings: { subject: string; says: string; isBad: boolean }[];
	error: string | null;
}

/** Every rule, in the order of the table. */
export async function listRules(_admin: Actor): Promise<ListedRule[]> {
	const rows = await db.alertRule.findMany({
		select: {
			...{ key: true, isOn: true, silencedUntil: true, readAt: true },
			...{ readings: true, error: true }
		}
	});
	const now = new Date();
	return RULE_KEYS.map((key) => {
		const { title, severity, threshold, windowSeconds, clearSeconds, firstStep, href } =
			ruleOf(key);
		const row = rows.find((one) => one.key === key);
		const isSilent = row?.silencedUntil && row.silencedUntil > now;
		return {
			...{ key, title, severity, threshold, windowSeconds, clearSeconds, firstStep, href },
			isOn: row?.isOn ?? true,
			silencedUntil: isSilent ? row.silencedUntil : null,
			readAt: row?.readAt ?? null,
			readings: (row?.readings ?? []) as unknown as ListedRule['readings'],
			error: row?.error ?? null
		};
	});
}

/** Switches a rule on or off, or silences it for a while. @throws NOT_FOUND */
export async function setRule(admin: Actor, { key, isOn, silentMinutes }: SetRule): Promise<void> {
	if (!isRule(key)) throw refusal('NOT_FOUND', 'rule.notFound');
	const silencedUntil =
		silentMinutes === null ? null : new Date(Date.now() + silentMinutes * 60_000);
	await db.$transaction(async (tx) => {
		const data = { isOn, silencedUntil };
		await tx.alertRule.upsert({
			where: { key },
			create: { key, ...data },
			update: data,
			select: { key: true }
		});
		await recordAudit(tx, admin, {
			action: 'alert.setRule',
			targetKind: 'alertRule',
			targetId: key,
			details: { isOn, silencedUntil: silencedUntil?.toISOString() ?? null }
		});
	});
}

/** When nobody is woken for what can wait; nothing where it is never so. */
export const getQuietHours = (_admin: Actor): Promise<QuietTimes | null> =>
	db.quietHours.findFirst({
		select: { fromMinute: true, untilMinute: true, timeZone: true, fromSeverity: true }
	});

/** Sets the quiet hours, or takes them away. */
export async function setQuietHours(admin: Actor, { hours }: SetQuietHours): Promise<void> {
	await db.$transaction(async (tx) => {
		if (hours) {
			await tx.quietHours.upsert({
				where: { id: true },
				create: hours,
				update: hours,
				select: { id: true }
			});
		} else await tx.quietHours.deleteMany();
		await recordAudit(tx, admin, {
			action: 'alert.setQuietHours',
			targetKind: 'quietHours',
			targetId: null,
			details: hours ?? { off: true }
		});
	});
}
