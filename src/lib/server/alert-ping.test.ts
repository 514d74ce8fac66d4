import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { startReceiver } from '#tests/support/alert-receiver';
import { setEnvironment } from '#tests/support/environment';
import { pingFailedClock, pingOutside } from './alert-ping';
import { db } from './db';
import { checkAlertsTask } from './tasks/check-alerts';

const receiver = await startReceiver();
setEnvironment({ ALERT_PING_URL: `${receiver.origin}/ping/0d9f3a52/` });

const actor = { kind: 'system', task: 'check-alerts', requestId: 'test' } as const;
const work = { hasTime: () => true };
const paths = () => receiver.received.map(({ path }) => path);

beforeEach(() => {
	receiver.received.length = 0;
	vi.restoreAllMocks();
	vi.spyOn(console, 'warn').mockReturnValue();
});

afterAll(() => receiver.stop());

test('a check shows that it begins and that it is well', async () => {
	await checkAlertsTask(actor, work);

	expect(paths()).toEqual(['/ping/0d9f3a52/start', '/ping/0d9f3a52/']);
});

test('a check that fails says so', async () => {
	await db.$executeRaw`ALTER TABLE alert_rules RENAME TO alert_rules_away`;
	try {
		await expect(checkAlertsTask(actor, work)).rejects.toThrow();
	} finally {
		await db.$executeRaw`ALTER TABLE alert_rules_away RENAME TO alert_rules`;
	}

	expect(paths()).toEqual(['/ping/0d9f3a52/start', '/ping/0d9f3a52/fail']);
});

test('a clock that cannot look says so, once for a while', async () => {
	await Promise.all([pingFailedClock(), pingFailedClock(), pingFailedClock()]);

	expect(paths()).toEqual(['/ping/0d9f3a52/fail']);
});

test('whoever does not take it does no harm', async () => {
	receiver.answer = (request) => request.socket.destroy();

	await expect(pingOutside('ok')).resolves.toBeUndefined();
});
