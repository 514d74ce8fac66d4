/** What one relay allows. Each says what happens to whoever goes beyond it. */
export const RELAY_LIMITS = {
	/** Sockets of one relay: the next upgrade is answered with 503. Fly sends people elsewhere before. */
	sockets: 20_000,
	/** Connections of any kind, those that never ask for anything included: the next one is cut off. */
	connections: 25_000,
	/** Sockets from one address, whoever they belong to: the next upgrade is answered with 429. */
	socketsPerAddress: 1_000,
	/** Of these, sockets that have not yet shown a ticket. */
	strangersPerAddress: 100,
	/** Sockets of one person: the next is closed with TOO_MANY_REQUESTS. */
	socketsPerPerson: 100,
	/** Messages in `pingMs`: beyond it closed with TOO_MANY_REQUESTS. A flood at 160 MB/s makes 25,000 acks. */
	viewerMessages: 25_000,
	/** The same of a runner, which speaks for all its terminals. */
	runnerMessages: 500_000,
	/** The same of a browser that listens: it has nothing to say but signs of life. */
	listenerMessages: 50,
	/** Unsent bytes on a runner's socket from which on viewers' input waits its turn. */
	runnerBacklogBytes: 65_536,
	/** Unsent bytes for a browser that listens: beyond it closed with TIMEOUT. */
	listenerBacklogBytes: 65_536,
	/** Messages that the WebSocket library does not even collect; it closes with 1009. */
	collectedBytes: 131_072,
	/** A peer that does not answer a close frame is cut off after this. */
	closeMs: 2_000,
	/** Redis has this long to answer. Then it counts as away. */
	registryMs: 1_000,
	/** Closing is spread over this when the relay stops; Fly kills it after 30 seconds. */
	drainMs: 20_000,
	/** But no more than this for each socket: an empty relay stops at once. */
	drainPerSocketMs: 20
} as const;

/** The same with other numbers, for tests and benches. */
export type RelayLimits = { [Name in keyof typeof RELAY_LIMITS]: number };
