import { afterAll, expect, test } from 'vitest';
import { setEnvironment } from '#tests/support/environment';
import { startRelay } from '#tests/support/relay';
import { figuresIn, relayState } from './relay-metrics';

const relay = await startRelay();
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: relay.url });

afterAll(() => relay.stop());

test('asks a relay for its figures, as only the app may', async () => {
	expect(await relayState()).toMatchObject({ state: 'up', sockets: 0, terminals: 0, runners: 0 });
});

test('reads the figures that it wants, whatever else is said', () => {
	const text = [
		'# HELP coda_relay_sockets Open sockets by role.',
		'coda_relay_sockets{role="runner-control"} 3',
		'coda_relay_sockets{role="writer"} 2',
		'coda_relay_sockets{role="viewer"} 1',
		'coda_relay_sockets{role="events"} 5',
		'coda_relay_runners 3',
		'coda_relay_heap_bytes 12345678',
		'coda_relay_event_loop_lag_seconds{quantile="0.5"} 0.02'
	].join('\n');

	expect(figuresIn(text)).toEqual({ sockets: 11, terminals: 3, runners: 3 });
});
