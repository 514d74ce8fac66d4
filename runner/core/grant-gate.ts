import { importGrantPublicKey, verifyGrant, type GrantClaims } from '#protocol/grants';
import { WIRE } from '#protocol/limits';

/** Grants that may be remembered: more than a minute brings in any honest way. */
const REMEMBERED = 10_000;

/**
 * Takes grants: those that the app has signed for this runner and this minute, each once. The app's time was told
 * with the last ticket and is carried on by a clock that nobody sets.
 */
export class GrantGate {
	readonly #runnerId: string;
	readonly #keys: Promise<CryptoKey[]>;
	/** When each that was taken is over, by the app's time. */
	readonly #taken = new Map<string, number>();
	#appAheadMs = 0;

	/** @param grantKeys the app's keys as they were pinned, base64url */
	constructor(runnerId: string, grantKeys: readonly string[]) {
		this.#runnerId = runnerId;
		this.#keys = Promise.all(grantKeys.map(importGrantPublicKey));
		// Whoever offers first finds out.
		this.#keys.catch(() => undefined);
	}

	/** The app says what time it is. */
	setAppTime(nowMs: number): void {
		this.#appAheadMs = nowMs - performance.now();
	}

	/** What the grant says; nothing for one that is not good, or was used before. */
	async take(token: string): Promise<GrantClaims | undefined> {
		const nowMs = performance.now() + this.#appAheadMs;
		const check = { keys: await this.#keys, runnerId: this.#runnerId, nowMs };
		const claims = await verifyGrant(token, check);
		if (!claims || this.#taken.has(claims.jti)) return undefined;
		this.#forget(nowMs);
		if (this.#taken.size >= REMEMBERED) return undefined;
		this.#taken.set(claims.jti, claims.exp * 1000 + WIRE.clockSkewSeconds * 1000);
		return claims;
	}

	/** In the order in which they were taken, which is nearly that in which they end. */
	#forget(nowMs: number): void {
		for (const [jti, endMs] of this.#taken) {
			if (endMs > nowMs) return;
			this.#taken.delete(jti);
		}
	}
}
