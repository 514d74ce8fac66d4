/** Limits of a runner, beside those of the wire. Each says what happens beyond it. */
export const RUNNER_LIMITS = {
	/** Terminals at once: one more is refused. */
	sessions: 20,
	/**
	 * A viewer attaches anew after so long, with a new grant, and goes on at the same byte: whom the app lets in no
	 * more is out by then, also where a relay keeps the line open.
	 */
	attachMs: 60 * 60_000,
	/** Whether a new terminal may be started is asked for so long: then it may not. */
	askMs: 60_000,
	/** Terminals that are gone and not forgotten: the oldest ones are. */
	gone: 50,
	/** They are forgotten after this. */
	goneMs: 7 * 24 * 60 * 60_000,
	/** An ended terminal is kept for so long, so that whoever was away still gets its last words. */
	endedMs: 10 * 60_000,
	/** Ended ones that are kept: a shell that ends at once, and is opened again and again, fills no memory. */
	endedSessions: 40,
	/** Ideas whose folder is remembered: the one used longest ago is forgotten first. */
	ideaFolders: 200,
	/** Ids of terminals that were started, so that none is started twice: the oldest ones are forgotten. */
	startedIds: 1_024,
	/** Inputs that wait for a program that reads nothing: beyond it whoever typed them has to attach anew. */
	inputsWaiting: 1_024,
	/** Output below `promptBytes` in `promptMs` goes out at once; more waits for `gatherMs`, or a full frame. */
	promptBytes: 8_192,
	promptMs: 4,
	gatherMs: 2,
	/** Unsent bytes on the relay's socket from which on output waits for its turn. */
	lineBytes: 65_536,
	/** Unsent bytes for a relay that does not read: beyond it the line is cut. */
	unsentBytes: 33_554_432,
	/** Tabs whose inputs are counted, for each terminal: those longest unheard are forgotten first. */
	clients: 1_024,
	/** Terminals that tmux may have kept are asked about so many at a time. */
	takeUpsAtOnce: 8,
	/** One that tmux does not let in for so long is tried again. */
	takeUpMs: 10_000,
	/** A new runner connects after this, whatever tmux does not say. */
	takeUpWaitMs: 2_000,
	/** A tmux that did not say how a program in it is, is asked again after this. */
	tmuxAgainMs: 1_000,
	/** A program that takes no input is asked again after this. */
	inputRetryMs: 10,
	/** What the program was given is told after this, once for all of it. */
	tellGivenMs: 5,
	/** What a program asks of its terminal is drawn, and answered where no page does, this long after it at the latest. */
	questionMs: 200,
	/** What was asked longer ago the runner does not answer any more. */
	answerMs: 1_000,
	/** A program that was hung up on and goes on is killed after this. */
	killMs: 5_000,
	/** After the program's end its last output is read until nothing came for so long. */
	lastWordsMs: 200,
	/** A relay has so long to take a socket and to answer its hello. */
	connectMs: 10_000,
	/** Waits between attempts to connect: a random part of the first, doubled each time up to the last. */
	backOffMs: 250,
	backOffMaxMs: 5_000,
	/**
	 * The same after a relay has said that this runner has no business there. It may be so, or the relay lies or
	 * has a fault: not at once, and not never.
	 */
	doubtMs: 30_000,
	doubtMaxMs: 600_000,
	/** After so long online the next wait is the first again. */
	steadyMs: 10_000,
	/** What `slow_down` adds between two polls (RFC 8628, 3.5). */
	slowDownSeconds: 5,
	/** Faults of its own that a runner tells of in an hour: more are not kept. One that was told is told again after this. */
	faultsAnHour: 10,
	faultAgainMs: 24 * 60 * 60_000,
	/** Faults that wait to be told: one more is not kept. */
	faultsWaiting: 20,
	/** After the app has not taken them, it is asked again after this. */
	faultRetryMs: 10 * 60_000
} as const;

/** The same with other numbers, for tests. */
export type RunnerLimits = { [Name in keyof typeof RUNNER_LIMITS]: number };
