import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { db } from '../db';
import { readSwitches } from '../switches';
import { checkAlerts } from './alert-check';
import { RULES, type Reading } from './alert-rules';
import { clearSwitch, setSwitch } from './switches';

const maintenance = { name: 'maintenance', reason: '', confirmed: true } as const;
const closed = { mode: 'full', message: '', startsAt: null, until: null } as const;

beforeEach(async () => {
	await db.alert.deleteMany();
});

afterEach(async () => {
	await db.switch.deleteMany();
	await readSwitches();
});

const read = async (): Promise<Reading[]> => [{ isBad: true, says: 'down' }];

/** The rules that are read some minutes from now, of one that rests in maintenance and one that does not. */
async function readIn(minutes: number): Promise<string[]> {
	await db.alertRule.deleteMany();
	await checkAlerts({
		rules: { task: { ...RULES.task, read }, relay: { ...RULES.relay, read } },
		at: new Date(Date.now() + minutes * 60_000)
	});
	const rules = await db.alertRule.findMany({ orderBy: { key: 'asc' } });
	return rules.map(({ key }) => key);
}

test('what paused tasks feed is not read in maintenance, nor until they have caught up', async () => {
	const admin = await createAdmin();
	await setSwitch(admin, { ...maintenance, value: closed, forSeconds: 600 });
	expect(await readIn(0)).toEqual(['relay']);

	await clearSwitch(admin, maintenance);

	expect(await readIn(0)).toEqual(['relay']);
	expect(await readIn(3)).toEqual(['relay', 'task']);
});

test('maintenance that ends by itself gives them the same time', async () => {
	await db.switch.create({
		data: {
			...{ name: 'maintenance', value: { mode: 'full' } },
			expiresAt: new Date(Date.now() + 600_000)
		}
	});
	await readSwitches();
	expect(await readIn(0)).toEqual(['relay']);

	await db.switch.updateMany({ data: { expiresAt: new Date() } });
	await readSwitches();

	expect(await readIn(1)).toEqual(['relay']);
	expect(await readIn(3)).toEqual(['relay', 'task']);
});
