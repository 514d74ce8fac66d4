import * as z from 'zod';
import { WIRE } from './limits.ts';

const id = z.uuid();
const people = z.array(id).min(1).max(1_000);

/** Who may no longer. Sockets are closed, and tickets from before are refused. */
export const RevokedTarget = z.discriminatedUnion('of', [
	/** A computer: unpaired, or its credential was ended. */
	z.object({ of: z.literal('runner'), id }),
	/** One terminal's viewers. */
	z.object({ of: z.literal('session'), id }),
	/** A sign-in: signed out, here or from elsewhere. */
	z.object({ of: z.literal('sign-in'), id }),
	/** A person: account disabled or deleted, password changed. */
	z.object({ of: z.literal('person'), id }),
	/** All runners and terminals: DevMode was switched off. Sockets for events stay. */
	z.object({ of: z.literal('devmode') })
]);
export type RevokedTarget = z.infer<typeof RevokedTarget>;

/** What a browser or a runner is told. It says that something has changed, not what: ask the API for that. */
export const Notice = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('idea.changed'), ideaId: id }),
	z.object({ kind: z.literal('job.changed'), jobId: id }),
	/** To runners: ask for work now. */
	z.object({ kind: z.literal('job.waiting') }),
	/** A computer was paired, renamed or unpaired, or its terminals have changed. */
	z.object({ kind: z.literal('runners.changed') }),
	/** From the relay itself: a computer's socket has come or gone. */
	z.object({ kind: z.literal('runner.online'), runnerId: id, online: z.boolean() })
]);
export type Notice = z.infer<typeof Notice>;

/** What the app posts. */
export const RelayEvent = z.discriminatedUnion('type', [
	/** To the browsers of these people. */
	z.object({ type: z.literal('tell-people'), people, notice: Notice }),
	/** To these runners. */
	z.object({ type: z.literal('tell-runners'), runners: people, notice: Notice }),
	z.object({
		type: z.literal('revoked'),
		target: RevokedTarget,
		/** When, in milliseconds since 1970, by the app's clock: tickets issued up to then are worth nothing. */
		atMs: z.int().nonnegative()
	})
]);
export type RelayEvent = z.infer<typeof RelayEvent>;

/** `POST /events`, with `Authorization: Bearer <RELAY_INTERNAL_SECRET>`. Answers 202, or 503: post again. */
export const PostedEvents = z.object({
	events: z.array(RelayEvent).min(1).max(WIRE.eventsPerPost)
});
export type PostedEvents = z.infer<typeof PostedEvents>;

/** A runner's socket that has come or gone. */
export const PresenceChange = z.object({
	runnerId: id,
	personId: id,
	online: z.boolean(),
	/** Names the socket: `online: false` of an older socket does not end a newer one. */
	connectionId: id,
	/** Grows with every socket of that runner, across relays. */
	epoch: z.int().nonnegative(),
	atMs: z.int().nonnegative()
});
export type PresenceChange = z.infer<typeof PresenceChange>;

/** An error of the relay itself. Nothing of what it carries is in it. */
export const RelayError = z.object({
	/** The class. */
	kind: z.string().max(80),
	message: z.string().max(1_000),
	stack: z.string().max(8_000)
});
export type RelayError = z.infer<typeof RelayError>;

/** A time in which the app did not answer a relay, by the relay's clock, in milliseconds since 1970. */
export const AppAbsence = z.object({
	fromMs: z.int().min(0).max(8.64e15),
	untilMs: z.int().min(0).max(8.64e15)
});
export type AppAbsence = z.infer<typeof AppAbsence>;

/** A line of the relay's log that operators look for. Nothing of what it carries is in it. */
export const RelayLine = z.object({
	/** Its own, so that a line that comes twice is kept once. */
	id,
	atMs: z.int().min(0).max(8.64e15),
	level: z.enum(['info', 'warn', 'error']),
	message: z.string().max(WIRE.lineChars),
	/** Ids, numbers and words of the relay's own. */
	fields: z.record(
		z.string().max(WIRE.lineChars),
		z.union([z.string().max(WIRE.lineChars), z.number(), z.boolean()])
	)
});
export type RelayLine = z.infer<typeof RelayLine>;

/**
 * `POST /api/relay/presence`, with `Authorization: Bearer <RELAY_INTERNAL_SECRET>`: soon after a change, and
 * every 30 seconds. What a relay holds counts as online until 90 seconds after its last report.
 */
export const PresenceReport = z.object({
	/** This life of this relay. */
	relayId: z.string().min(1).max(120),
	/** Grows by one with each report of a life; an older one that arrives late is dropped. */
	sequence: z.int().nonnegative(),
	/** The relay stops: nothing is held by it any more. */
	leaving: z.boolean(),
	/** What has changed since the last report that was answered; empty in a sign of life. */
	changes: z.array(PresenceChange).max(WIRE.changesPerReport),
	/** What went wrong in it since the last report that was answered. */
	errors: z.array(RelayError).max(WIRE.errorsPerReport).optional(),
	/** When the app was away, as far as no report that was answered has said it. */
	absences: z.array(AppAbsence).max(WIRE.absencesPerReport).optional(),
	/** Lines of its log; an app that does not know of them reads past them. */
	lines: z.array(RelayLine).max(WIRE.linesPerReport).optional()
});
export type PresenceReport = z.infer<typeof PresenceReport>;

/** The app's answer to a report. */
export const PresenceAnswer = z.object({
	/** The app does not know this life of the relay: tell everything that is held. */
	resend: z.boolean()
});
export type PresenceAnswer = z.infer<typeof PresenceAnswer>;

/** How often a relay reports at least, and how long the app believes a report. */
export const PRESENCE = { reportMs: 30_000, validMs: 90_000 } as const;
