import {
	SWITCH_NAMES,
	type ClearSwitch,
	type SetSwitch,
	type SwitchName
} from '$lib/schemas/switches';
import { db, type Transaction } from '../db';
import { fieldRefusal } from '../refusal';
import { SWITCHES } from '../switch-table';
import { readSwitches, switchNow, type SwitchNow } from '../switches';
import type { Actor } from './actor';
import { recordAudit } from './audit';
import { postRelayEventsSoon, revoke } from './relay-events';

/** Who changes a switch: an admin on the page, or an operator at a terminal. */
export interface SwitchOperator {
	actor: Actor;
	/** The account on the operator's machine, where there is no person to name. */
	name?: string;
}

/** A switch as operators see it. */
export type SwitchState = {
	[Name in SwitchName]: SwitchNow<Name> & {
		name: Name;
		title: string;
		/** What it does. */
		says: string;
		/** How it stands, in a few words. */
		inWords: string;
	};
}[SwitchName];

/** How every switch stands, since when, and by whom. */
export async function listSwitches(_actor: Actor): Promise<SwitchState[]> {
	await readSwitches();
	const states = SWITCH_NAMES.map((name) => {
		const { title, says } = SWITCHES[name];
		const now = switchNow(name);
		// Name and value belong together, which a map over names cannot tell the compiler.
		return { ...now, name, title, says, inWords: inWords(name, now.value) } as SwitchState;
	});
	const names = await namesOf(states.map(({ set }) => set?.setBy));
	return states.map((state) => {
		if (!state.set) return state;
		const { setBy } = state.set;
		return { ...state, set: { ...state.set, setBy: names.get(setBy ?? '') ?? setBy } };
	});
}

/** A value of this switch in a few words. */
export function inWords(name: SwitchName, value: unknown): string {
	const words: (value: never) => string = SWITCHES[name].inWords;
	return words(value as never);
}

/** The addresses of those who are persons: a person is stored by id, so that nothing outlives the account. */
async function namesOf(setBy: (string | null | undefined)[]): Promise<Map<string, string>> {
	const ids = setBy.filter((one) => one?.startsWith('person:')).map((one) => one?.slice(7) ?? '');
	if (ids.length === 0) return new Map();
	const people = await db.user.findMany({
		where: { id: { in: ids } },
		select: { id: true, email: true }
	});
	return new Map(people.map(({ id, email }) => [`person:${id}`, email]));
}

/**
 * Sets a switch for everyone, from the next seconds on. It ends by the database's time.
 *
 * @throws BAD_REQUEST for full maintenance that was not confirmed
 */
export async function setSwitch(actor: Actor, input: SetSwitch): Promise<void> {
	await db.$transaction(async (tx) => {
		await writeSwitch(tx, { actor }, input);
		if (input.name === 'devMode' && !input.value) await revoke(tx, { of: 'devmode' });
	});
	postRelayEventsSoon();
	await readSwitches();
}

/** Brings a switch back to its default. One that stands there stays, and nothing is recorded. */
export async function clearSwitch(actor: Actor, input: ClearSwitch): Promise<void> {
	await db.$transaction((tx) => removeSwitch(tx, { actor }, input));
	await readSwitches();
}

interface Written {
	before: unknown;
	expiresAt: Date | null;
}

/** Sets a switch and records it, in a transaction of whoever has one. @returns when it ends */
export async function writeSwitch(
	tx: Transaction,
	{ actor, name: operator }: SwitchOperator,
	input: SetSwitch
): Promise<Date | null> {
	const { name, value, forSeconds, reason, confirmed } = input;
	if (name === 'maintenance' && value.mode === 'full' && !confirmed) {
		throw fieldRefusal('confirmed', 'switch.unconfirmed');
	}
	const startsAt = name === 'maintenance' && value.startsAt ? new Date(value.startsAt) : null;
	const setBy = actor.kind === 'system' ? `operator:${operator ?? ''}` : `person:${actor.userId}`;
	const [written] = await tx.$queryRaw<Written[]>`
		WITH before AS (
			SELECT value FROM switches
			WHERE name = ${name} AND (expires_at IS NULL OR expires_at > now()) FOR UPDATE
		)
		INSERT INTO switches AS s (name, value, expires_at, set_at, set_by)
		SELECT ${name}, ${JSON.stringify(value)}::jsonb,
			greatest(now(), ${startsAt}::timestamptz) + ${forSeconds}::int * interval '1 second',
			now(), ${setBy}
		-- The row is locked and read before it is written.
		FROM (SELECT count(*) FROM before) AS locked
		ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at,
			set_at = EXCLUDED.set_at, set_by = EXCLUDED.set_by
		RETURNING (SELECT value FROM before) AS before, s.expires_at AS "expiresAt"`;
	const expiresAt = written?.expiresAt ?? null;
	await recordAudit(tx, actor, {
		action: 'switch.set',
		targetKind: 'switch',
		targetId: name,
		details: {
			name,
			from: plain(written?.before),
			to: plain(value),
			expiresAt: expiresAt?.toISOString() ?? null,
			reason,
			...(operator && { operator })
		}
	});
	return expiresAt;
}

/** Removes a switch and records it, in a transaction of whoever has one. @returns whether it was set */
export async function removeSwitch(
	tx: Transaction,
	{ actor, name: operator }: SwitchOperator,
	{ name, reason }: ClearSwitch
): Promise<boolean> {
	const [removed] = await tx.$queryRaw<{ value: unknown }[]>`
		DELETE FROM switches WHERE name = ${name} RETURNING value`;
	if (!removed) return false;
	await recordAudit(tx, actor, {
		action: 'switch.clear',
		targetKind: 'switch',
		targetId: name,
		details: { name, from: plain(removed.value), to: null, reason, ...(operator && { operator }) }
	});
	return true;
}

/** A value for the trail, which holds JSON. */
const plain = (value: unknown): string | number | boolean | null =>
	value === undefined || value === null
		? null
		: typeof value === 'object'
			? JSON.stringify(value)
			: (value as string | number | boolean);
