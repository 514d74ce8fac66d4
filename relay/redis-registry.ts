import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import * as z from 'zod';
import { RelayEvent } from '#protocol/events';
import type { TicketClaims, Tier } from '#protocol/tickets';
import { problemOf, type Log } from './log.ts';
import {
	REMEMBER_MS,
	RegistryAway,
	type Admission,
	type Elsewhere,
	type Registry,
	type RegistryListener
} from './registry.ts';
import { targetKey, targetKeys } from './revocations.ts';
import { NEWS } from './told-lines.ts';

/*
 * Keys, all under `coda:relay:<tier>:`
 *   relay:<life>      where that life of a relay is reached; it expires when the relay does not renew it
 *   runner:<id>       `<epoch>|<life>` of the newest socket
 *   ticket:<jti>      that ticket was used
 *   revoked:<target>  since when, until older tickets are over
 *   turn:<task>       somebody does it
 * One heartbeat for each relay says that it lives; runners have none. What a dead relay has left behind counts
 * for nothing, because its life is over.
 */

const HEARTBEAT_MS = 10_000;
const LIFE_SECONDS = 30;
/** A runner's key outlives every socket of it by far; those in use are renewed. */
const RUNNER_SECONDS = 7 * 86_400;
const RENEW_MS = 3_600_000;

/** Gives a higher epoch than the last, and than any of before Redis forgot. Answers it. */
const CLAIM = `
local now = redis.call('TIME')
local epoch = now[1] * 1000 + math.floor(now[2] / 1000)
local last = redis.call('GET', KEYS[1])
if last then epoch = math.max(epoch, tonumber(string.match(last, '^%d+')) + 1) end
local text = string.format('%.0f', epoch)
redis.call('SET', KEYS[1], text .. '|' .. ARGV[1], 'EX', ARGV[2])
redis.call('PUBLISH', ARGV[3], cjson.encode({ claimed = ARGV[4], epoch = epoch, life = ARGV[1] }))
return text`;

/** Deletes a claim, unless there is a newer one. */
const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

const BusMessage = z.union([
	z.object({ events: z.array(RelayEvent) }),
	z.object({ claimed: z.uuid(), epoch: z.number(), life: z.string() })
]);

/** Where this relay is reached, for the others. */
const Place = z.object({ machine: z.string().optional(), url: z.string().optional() });

/** What a relay brings into the registry. */
export interface RedisRegistryOptions {
	url: string;
	tier: Tier;
	place: Elsewhere;
	log: Log;
	answerMs: number;
}

type Client = ReturnType<typeof connectionTo>;

const connectionTo = (url: string, name: string, answerMs: number) =>
	createClient({
		url,
		// What cannot be asked now fails now.
		disableOfflineQueue: name === 'commands',
		pingInterval: HEARTBEAT_MS,
		socket: {
			connectTimeout: 5 * answerMs,
			reconnectStrategy: (attempt) => Math.min(2_000, 50 * 2 ** attempt) * Math.random()
		}
	});

/** The registry of several relays. It is there at once, and ready when Redis has answered. */
export class RedisRegistry implements Registry {
	/** This life of this relay: a relay that was started anew is another one. */
	readonly #life = randomUUID();
	readonly #options: RedisRegistryOptions;
	readonly #prefix: string;
	readonly #client: Client;
	readonly #subscriber: Client;
	readonly #held = new Map<string, number>();
	readonly #timers: NodeJS.Timeout[] = [];
	#listener: RegistryListener | undefined;
	#isWithdrawn = false;

	constructor(options: RedisRegistryOptions) {
		this.#options = options;
		this.#prefix = `coda:relay:${options.tier}:`;
		this.#client = this.#connection('commands');
		this.#subscriber = this.#connection('bus');
		// Each new connection makes this relay known anew, with all that it holds: Redis may have forgotten.
		this.#client.on('ready', () => void this.#beat(true));
		this.#every(HEARTBEAT_MS, () => this.#beat(false));
		this.#every(RENEW_MS, () => this.#beat(true));
		// The client tries again by itself, and its `error` event has said why.
		this.#client.connect().catch(() => undefined);
		this.#subscriber
			.connect()
			.then(() => this.#subscriber.subscribe(this.#key('bus'), (text) => this.#hear(text)))
			.catch(() => undefined);
	}

	get isReady(): boolean {
		return this.#client.isReady && this.#subscriber.isReady;
	}

	listen(listener: RegistryListener): void {
		this.#listener = listener;
	}

	async admit(claims: TicketClaims): Promise<Admission> {
		const revoked = targetKeys(claims).map((key) => this.#key(`revoked:${key}`));
		const [first, since] = await this.#ask(
			this.#client
				.multi()
				.set(this.#key(`ticket:${claims.jti}`), '1', {
					condition: 'NX',
					expiration: { type: 'PX', value: REMEMBER_MS }
				})
				.mGet(revoked)
				.exec()
		);
		if (first === null) return 'used';
		const isRevoked = (since as unknown as (string | null)[]).some(
			(atMs) => atMs !== null && claims.iat * 1000 <= Number(atMs)
		);
		return isRevoked ? 'revoked' : 'good';
	}

	async claim(runnerId: string): Promise<number> {
		const epoch = Number(
			await this.#ask(
				this.#client.eval(CLAIM, {
					keys: [this.#key(`runner:${runnerId}`)],
					arguments: [this.#life, String(RUNNER_SECONDS), this.#key('bus'), runnerId]
				})
			)
		);
		this.#held.set(runnerId, epoch);
		return epoch;
	}

	async release(runnerId: string, epoch: number): Promise<void> {
		if (this.#held.get(runnerId) === epoch) this.#held.delete(runnerId);
		await this.#ask(
			this.#client.eval(RELEASE, {
				keys: [this.#key(`runner:${runnerId}`)],
				arguments: [`${epoch}|${this.#life}`]
			})
		);
	}

	async locate(runnerId: string): Promise<Elsewhere | undefined> {
		const held = await this.#ask(this.#client.get(this.#key(`runner:${runnerId}`)));
		const life = held?.split('|')[1];
		if (!life || life === this.#life) return undefined;
		const place = await this.#ask(this.#client.get(this.#key(`relay:${life}`)));
		if (place === null) return undefined;
		const { machine, url } = Place.safeParse(parsed(place)).data ?? {};
		return { machine, url };
	}

	async publish(events: readonly RelayEvent[]): Promise<void> {
		const change = this.#client.multi();
		for (const event of events) {
			if (event.type !== 'revoked') continue;
			change.set(this.#key(`revoked:${targetKey(event.target)}`), String(event.atMs), {
				expiration: { type: 'PX', value: REMEMBER_MS }
			});
		}
		await this.#ask(change.publish(this.#key('bus'), JSON.stringify({ events })).exec());
	}

	async takeTurn(task: string, forMs: number): Promise<boolean> {
		const taken = this.#client.set(this.#key(`turn:${task}`), this.#life, {
			condition: 'NX',
			expiration: { type: 'PX', value: forMs }
		});
		return (await this.#ask(taken)) !== null;
	}

	async withdraw(): Promise<void> {
		this.#isWithdrawn = true;
		await this.#ask(this.#client.del(this.#key(`relay:${this.#life}`)));
	}

	async close(): Promise<void> {
		for (const timer of this.#timers) clearInterval(timer);
		this.#client.destroy();
		this.#subscriber.destroy();
	}

	/** Says that this relay lives, and, if asked, again what it holds. */
	async #beat(everything: boolean): Promise<void> {
		if (this.#isWithdrawn || !this.#client.isReady) return;
		const change = this.#client.multi();
		change.set(this.#key(`relay:${this.#life}`), JSON.stringify(this.#options.place), {
			expiration: { type: 'EX', value: LIFE_SECONDS }
		});
		if (everything) {
			for (const [runnerId, epoch] of this.#held) {
				const key = this.#key(`runner:${runnerId}`);
				// Only where nobody claimed it: a newer socket at another relay has its own key by now.
				change.set(key, `${epoch}|${this.#life}`, { condition: 'NX' });
				change.expire(key, RUNNER_SECONDS);
			}
		}
		try {
			await this.#ask(change.exec());
		} catch (cause) {
			if (!(cause instanceof RegistryAway)) throw cause;
			this.#options.log('warn', 'Registry did not take a heartbeat');
		}
	}

	#hear(text: string): void {
		const message = BusMessage.safeParse(parsed(text)).data;
		if (!message) return this.#options.log('warn', 'A message on the bus is of another release');
		if ('events' in message) return this.#listener?.onEvents(message.events);
		if (message.life !== this.#life) this.#listener?.onClaimed(message.claimed, message.epoch);
	}

	/** @throws RegistryAway where the answer does not come in time, or is an error */
	async #ask<Answer>(answer: Promise<Answer>): Promise<Answer> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_resolve, reject) => {
			timer = setTimeout(() => reject(new RegistryAway()), this.#options.answerMs);
		});
		try {
			return await Promise.race([answer, late]);
		} catch (cause) {
			throw cause instanceof RegistryAway ? cause : new RegistryAway({ cause });
		} finally {
			clearTimeout(timer);
		}
	}

	#connection(name: string): Client {
		const { url, log, answerMs } = this.#options;
		const client = connectionTo(url, name, answerMs);
		client.on('error', (cause) =>
			log('warn', 'Registry connection', { name, problem: problemOf(cause) })
		);
		client.on('ready', () => log('info', NEWS.registryConnected, { name }));
		return client;
	}

	#every(ms: number, beat: () => Promise<void>): void {
		this.#timers.push(setInterval(() => void beat(), ms).unref());
	}

	#key(name: string): string {
		return this.#prefix + name;
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		// Somebody else's, on the same Redis.
		return undefined;
	}
}
