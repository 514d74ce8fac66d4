import { once } from 'node:events';
import { testEnvironment } from './environment.ts';
import { startProgram, type Program } from './program.ts';

/** The relay as its operator starts it. */
export interface RelayProgram extends Program {
	port: number;
	/** `ws://127.0.0.1:…` */
	url: string;
	/** A figure of its `/metrics`; the sum, where it has labels. */
	metric(name: string): Promise<number>;
}

/** Starts a relay. @throws with what it has printed, where it does not listen */
export async function startRelayProgram(env: Record<string, string> = {}): Promise<RelayProgram> {
	const { CODA_TIER, DEVMODE_JWT_SECRET, RELAY_INTERNAL_SECRET } = testEnvironment;
	const program = startProgram('relay/main.ts', [], {
		env: {
			...{ PATH: process.env.PATH, LOG_LEVEL: 'error', RELAY_PORT: '0' },
			...{ CODA_TIER, DEVMODE_JWT_SECRET, RELAY_INTERNAL_SECRET },
			...env
		}
	});
	const listening = once(program.child, 'message').then(([message]) => message as { port: number });
	const ready = await Promise.race([listening, program.ended]);
	if (ready === null || typeof ready === 'number') throw new Error(program.output());
	const { port } = ready;
	return {
		...{ ...program, port, url: `ws://127.0.0.1:${port}` },
		async metric(name) {
			const headers = { authorization: `Bearer ${RELAY_INTERNAL_SECRET}` };
			const text = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text();
			const values = [...text.matchAll(new RegExp(`^coda_relay_${name}(?:{.*})? (.+)$`, 'gm'))];
			return values.reduce((sum, [, value]) => sum + Number(value), 0);
		}
	};
}
