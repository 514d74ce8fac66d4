import type { App } from './app-server';
import { expect, sql } from './e2e';

/** Sets a switch as an operator's terminal does: in the database, past every process. */
export async function setSwitch(app: App, name: string, value: unknown): Promise<void> {
	await sql(
		app,
		`INSERT INTO switches (name, value) VALUES ($1, $2)
		 ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, set_at = now()`,
		[name, JSON.stringify(value)]
	);
}

/** How far this process is shut, seen from outside. It counts against no limit. */
export async function modeOf({ origin }: App): Promise<'off' | 'read-only' | 'full'> {
	const page = await fetch(`${origin}/ideas`, { redirect: 'manual' });
	if (page.status === 503) return 'full';
	const form = await fetch(`${origin}/sign-in`, {
		method: 'POST',
		headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
		body: ''
	});
	return form.status === 503 ? 'read-only' : 'off';
}

/** Shuts the application, or opens it, and waits until it is so. @param more of the switch's value */
export async function shut(
	app: App,
	mode: 'off' | 'read-only' | 'full',
	more: { message?: string; until?: string; startsAt?: string } = {}
): Promise<void> {
	if (mode === 'off') await sql(app, `DELETE FROM switches WHERE name = 'maintenance'`);
	else await setSwitch(app, 'maintenance', { mode, ...more });
	await expect.poll(() => modeOf(app)).toBe(more.startsAt ? 'off' : mode);
}
