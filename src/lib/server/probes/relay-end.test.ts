import { expect, test } from 'vitest';
import { RelayEnd } from './relay-end';

test('one whose time is up already is closed at once, and says so', async () => {
	const end = new RelayEnd('ws://127.0.0.1:9', 'ticket', AbortSignal.abort());

	await expect(end.said('ready')).rejects.toThrow(/before the connection was established/);
});
