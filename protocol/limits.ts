/** Limits of the wire. Each says what happens to whoever goes beyond it. */
export const WIRE = {
	/** No first message by then: closed with TIMEOUT. */
	helloMs: 5_000,
	/** A first message beyond it is not read: closed with PAYLOAD_TOO_LARGE. */
	helloBytes: 8_192,
	/** A text message after the first beyond it: closed with PAYLOAD_TOO_LARGE. */
	controlBytes: 4_096,
	/**
	 * A binary frame, header and tag included: beyond it, closed with PAYLOAD_TOO_LARGE. What is so long that
	 * the WebSocket library does not even collect it (twice this) is closed by the library with 1009.
	 */
	frameBytes: 65_536,
	/** As much output as one frame carries; a flood is cut into such pieces, so that keys get in between. */
	quantumBytes: 32_768,
	/** Output that may be unacknowledged, at first. Beyond it the runner stops sending to that viewer. */
	windowBytes: 262_144,
	/** As far as the window grows on slow links. A viewer that asks for more gets this. */
	windowMaxBytes: 1_048_576,
	/** A viewer acknowledges after so much drawn output, and a second after the last, whichever is first. */
	ackBytes: 32_768,
	ackMs: 1_000,
	/** What a relay holds for a viewer that does not read, beyond `windowMaxBytes`: then it is closed with TIMEOUT. */
	backlogSlackBytes: 65_536,
	/** What a relay holds of one viewer's input: beyond it the relay stops reading from that viewer. */
	inputBacklogBytes: 65_536,
	/** Typed bytes in one frame; a paste is cut into such pieces. Beyond it the runner closes the channel. */
	inputBytes: 16_384,
	/** Inputs without an answer: the browser waits before it sends more, and keeps what is typed. */
	inputsInFlight: 256,
	/** Output that a runner keeps of each terminal; who is further behind gets a snapshot instead. */
	ringBytes: 4_194_304,
	/** Each side of a hop asks for a sign of life this often. */
	pingMs: 5_000,
	/** Nothing heard for so long: the other side is taken for dead and cut off, without a close code. */
	deadMs: 12_000,
	/** A viewer from whom the runner hears nothing for so long while output waits is let go. */
	silentViewerMs: 10_000,
	/** A ticket's whole life; one that says more is refused. */
	ticketSeconds: 60,
	/** A grant's whole life; one that says more is refused. */
	grantSeconds: 60,
	/** Two servers' clocks may differ by so much; beyond it tickets are refused with UNAUTHORIZED. */
	clockSkewSeconds: 5,
	/** Frames under one key. Then the channel is closed, and the next attach has a new key. */
	framesPerKey: 2 ** 32,
	/** Channels of one runner: the next viewer is refused with TOO_MANY_REQUESTS. */
	channelsPerRunner: 256,
	/** Columns and rows of a terminal. Beyond them a resize is refused, and the channel closed. */
	terminalCells: 1_000,
	/** Bytes of a snapshot, unpacked: what is older is left out of it. */
	snapshotBytes: 16_777_216,
	/** Code points of a computer's, a terminal's or a folder's name; longer ones are refused. */
	nameChars: 120,
	pathChars: 4_096,
	/** Events in one post to the relay: more are refused with PAYLOAD_TOO_LARGE. */
	eventsPerPost: 500,
	eventsBytes: 262_144,
	/** Changes in one report of a relay; more go into the next. */
	changesPerReport: 500,
	/** Errors of its own that a relay tells of in one report; what comes above it is in its log. */
	errorsPerReport: 10,
	/** Times without an answer of the app in one report; more are forgotten. */
	absencesPerReport: 10,
	/** Lines of its log in one report; more go into the next. */
	linesPerReport: 50,
	/** Characters of a line's message, and of each of its fields: the relay cuts what is longer. */
	lineChars: 300,
	/** Faults of its own that a runner tells of in one call; more go into the next. */
	faultsPerCall: 10,
	/** How often a fault has happened, at most: what is above it is no news. */
	faultTimes: 1_000_000
} as const;
