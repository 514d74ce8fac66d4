import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testNotice } from '../alert-words';
import { db } from '../db';
import { startMeasures, type Measures } from '../measures';
import { deliverAlerts, enqueueAlert } from './alert-deliveries';
import {
	readChannels,
	readLateMails,
	readRefusedMessages,
	readStuckMessages
} from './alert-readings';

/* No ALERT_WEBHOOK_URL is set here. */

beforeEach(async () => {
	vi.spyOn(console, 'warn').mockReturnValue();
	await db.outboxMessage.deleteMany();
});

afterEach(() => {
	startMeasures(undefined);
	vi.restoreAllMocks();
});

describe('a channel that is gone', () => {
	const queue = (channel: string) =>
		db.$transaction((tx) => {
			const expiresAt = new Date(Date.now() + 3_600_000);
			return enqueueAlert(tx, { channel, notice: testNotice('http://localhost'), expiresAt });
		});

	test.each(['01890000-0000-7000-8000-000000000000', 'environment'])(
		'is sent nothing any more, and nothing is tried again: %s',
		async (channel) => {
			await queue(channel);
			await queue(channel);

			expect(await deliverAlerts()).toEqual({ sent: 0, failed: 2 });

			const lastError = 'There is no such channel any more.';
			expect(await db.outboxMessage.findMany()).toMatchObject([
				{ state: 'failed', attempts: 1, lastError },
				{ state: 'failed', attempts: 1, lastError }
			]);
		}
	);

	test('is no failure of a channel, where the environment had named it', async () => {
		const message = { kind: 'alert', recipient: 'environment', attempts: 9 };
		const nextAttemptAt = new Date();
		await db.outboxMessage.createMany({
			data: [
				{ ...message, nextAttemptAt, lastError: 'It answered 500.' },
				{ ...message, nextAttemptAt, state: 'failed', lastError: 'It refused the message: 400.' }
			]
		});

		expect(await readChannels()).toEqual([]);
		expect(await readRefusedMessages()).toEqual([]);
	});
});

test('messages that wait are counted by their kind, whether they were tried or not', async () => {
	const told: Record<string, number> = {};
	startMeasures({
		level: (_: string, values: Record<string, number>) => void Object.assign(told, values)
	} as Measures);
	const nextAttemptAt = new Date(Date.now() + 600_000);
	const pending = (kind: string, attempts: number) => ({
		...{ kind, attempts, nextAttemptAt, recipient: 'environment' }
	});
	await db.outboxMessage.createMany({
		data: [pending('mail', 1), pending('alert', 2), pending('alert', 0), pending('relay', 3)]
	});

	const late = await readLateMails();
	const stuck = await readStuckMessages();

	expect(told).toEqual({ mail: 1, alert: 2, relay: 1 });
	expect(late).toEqual([{ isBad: false, says: 'none is due' }]);
	expect(stuck.map(({ subject }) => subject)).toEqual(['relay']);
});
