import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import type { AppAbsence } from '#protocol/events';
import { driveClock } from './clock.ts';
import { parseRelayEnv, RelayEnvError, type RelayEnv } from './env.ts';
import { answerMetrics } from './http.ts';
import { RELAY_LIMITS } from './limits.ts';
import { createLog, type Log } from './log.ts';
import { PresenceReporter } from './presence.ts';
import { RedisRegistry } from './redis-registry.ts';
import { MemoryRegistry, type Registry } from './registry.ts';
import { createRelay } from './server.ts';
import { NEWS, ToldLines } from './told-lines.ts';

/** The relay as a program: `node relay.mjs`, with its environment. */
async function main(): Promise<void> {
	const env = parseRelayEnv(process.env);
	const told = new ToldLines();
	// Without an app nobody is told, and nothing waits.
	const log = createLog(env.logLevel, env.appUrl ? (...line) => told.push(...line) : undefined);
	const registry = registryFor(env, log);
	let presence: PresenceReporter | undefined;
	const relay = createRelay({
		...env,
		log,
		told,
		registry,
		onPresence: (change) => presence?.changed(change),
		onError: (cause) => presence?.failed(cause),
		addressSource: { onFly: env.flyMachine !== undefined, proxyHops: env.trustedProxyHops }
	});
	const { appUrl, cronSecret } = env;
	if (appUrl) {
		const [secret] = env.internalSecrets;
		const relayId = `${env.flyMachine ?? 'relay'}-${randomUUID()}`;
		presence = new PresenceReporter({
			...{ relayId, appUrl, secret, log, told },
			present: () => relay.rooms.present()
		});
	}
	const onBack = (absence: AppAbsence) => presence?.wasAway(absence);
	const stopClock =
		appUrl && cronSecret ? driveClock({ appUrl, cronSecret, registry, log, onBack }) : null;
	const metrics = createServer((_request, response) => answerMetrics(response, relay));
	if (env.metricsPort !== undefined) metrics.listen(env.metricsPort, env.host);

	relay.server.listen(env.port, env.host);
	await once(relay.server, 'listening');
	const { port } = relay.server.address() as AddressInfo;
	log('info', NEWS.listens, {
		port,
		tier: env.tier,
		registry: env.redisUrl ? 'redis' : 'memory'
	});
	process.send?.({ type: 'ready', port });

	let isStopping = false;
	async function stop(): Promise<void> {
		if (isStopping) return;
		isStopping = true;
		log('info', NEWS.stops);
		stopClock?.();
		metrics.close();
		await relay.stop();
		log('info', NEWS.hasStopped);
		await presence?.stop();
		process.exit(0);
	}
	for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
	// Whoever started this as a part of something bigger is gone.
	process.on('disconnect', () => void stop());
}

function registryFor({ redisUrl, tier, selfUrl, flyMachine }: RelayEnv, log: Log): Registry {
	if (!redisUrl) return new MemoryRegistry();
	const place = { url: selfUrl, machine: flyMachine };
	return new RedisRegistry({
		...{ url: redisUrl, tier, place, log },
		answerMs: RELAY_LIMITS.registryMs
	});
}

try {
	await main();
} catch (cause) {
	// A missing variable is the operator's to mend, and its message says all there is to say.
	console.error(cause instanceof RelayEnvError ? cause.message : cause);
	process.exit(1);
}
