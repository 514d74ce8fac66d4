import { setTimeout as wait } from 'node:timers/promises';
import { arch, hostname, platform } from 'node:os';
import { fingerprintWords } from '#protocol/fingerprint';
import { importRunnerKey, makeRunnerKey, signProof } from '#protocol/identity';
import type { PENDING_REASONS } from '#protocol/pairing';
import { ApiProblem, type RunnerApi } from './api.ts';
import { RUNNER_LIMITS } from './limits.ts';
import type { Paired } from './paired.ts';
import { RUNNER_VERSION } from './version.ts';

/** What is shown to the person, while the app waits for an approval. */
export interface PairingShown {
	userCode: string;
	/** Where the code is typed. It never carries the code. */
	verificationUri: string;
	/** For a QR code alone: the same with the code in its fragment, which no server sees. */
	qrUri: string;
	/** Six words of this computer's key: the app shows the same. */
	words: string[];
	expiresInSeconds: number;
}

/** What pairing needs. */
export interface PairingOptions {
	api: RunnerApi;
	/** The app's address. */
	server: string;
	/** What the computer is called in the app. */
	name: string;
	onShow: (shown: PairingShown) => void;
	signal?: AbortSignal;
	/** Seconds that are waited, for tests with less patience. */
	secondMs?: number;
}

/** There is no pairing: it was denied, or nobody approved it in time. */
export class PairingEnded extends Error {
	constructor(readonly reason: 'access_denied' | 'expired_token') {
		super(
			reason === 'access_denied'
				? 'The pairing was denied.'
				: 'Nobody approved this in time. Start the pairing again.'
		);
		this.name = 'PairingEnded';
	}
}

/**
 * Pairs this computer (RFC 8628): makes its key, asks, shows the code, and polls until somebody decides.
 *
 * @throws PairingEnded; ApiProblem where the app cannot be asked at all
 */
export async function pair(options: PairingOptions): Promise<Paired> {
	const { api, server, name, onShow, signal, secondMs = 1_000 } = options;
	const origin = new URL(server).origin;
	const { privateKey, publicKey } = await makeRunnerKey();
	const of = { purpose: 'pair', challenge: publicKey, origin } as const;
	const proof = await signProof(await importRunnerKey(privateKey), of);
	const started = await api.pairing.start({
		...{ name, publicKey, proof },
		hostname: hostname() || 'unknown',
		platform: `${platform()}-${arch()}`,
		version: RUNNER_VERSION
	});
	const { deviceCode, userCode, verificationUri, expiresInSeconds } = started;
	const qrUri = `${verificationUri}#${userCode}`;
	const words = await fingerprintWords(publicKey);
	onShow({ userCode, verificationUri, qrUri, words, expiresInSeconds });

	let interval = started.interval;
	const endsAt = performance.now() + expiresInSeconds * secondMs;
	for (;;) {
		await wait(interval * secondMs, undefined, { signal });
		if (performance.now() > endsAt) throw new PairingEnded('expired_token');
		const polled = await poll(api, deviceCode);
		if (polled === 'slow_down') interval += RUNNER_LIMITS.slowDownSeconds;
		if (polled === 'access_denied' || polled === 'expired_token') throw new PairingEnded(polled);
		if (typeof polled === 'string') continue;
		const { runnerId, credential, grantKeys, personEmail } = polled;
		return { server: origin, runnerId, credential, grantKeys, personEmail, privateKey, publicKey };
	}
}

/** The answer, or why there is none yet. Whether the app is away for a moment does not end a pairing. */
async function poll(api: RunnerApi, deviceCode: string) {
	try {
		const polled = await api.pairing.poll({ deviceCode });
		return polled.state === 'paired' ? polled : polled.reason;
	} catch (cause) {
		if (!(cause instanceof ApiProblem)) throw cause;
		const isPassing = PASSING.has(cause.code);
		if (!isPassing) throw cause;
		return 'slow_down' satisfies (typeof PENDING_REASONS)[number];
	}
}

const PASSING: ReadonlySet<string> = new Set([
	'UNREACHABLE',
	'TIMEOUT',
	'TOO_MANY_REQUESTS',
	'INTERNAL_SERVER_ERROR',
	'BAD_GATEWAY',
	'SERVICE_UNAVAILABLE',
	'GATEWAY_TIMEOUT'
]);
