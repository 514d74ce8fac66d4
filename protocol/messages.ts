import * as z from 'zod';
import { CLOSE_REASONS, type CloseReason } from './closing.ts';
import { Notice } from './events.ts';
import { WIRE } from './limits.ts';
import { ROLES } from './tickets.ts';

/*
 * Text messages: JSON between an end and the relay, never passed on. What ends say to each other is in binary
 * frames, so that nothing a program prints can be taken for one of these.
 */

const channel = z.int().min(1).max(0xffff_ffff);

/** The first message of every socket. Nothing is sent before the relay has answered `ready`. */
export const Hello = z.object({
	type: z.literal('hello'),
	version: z.int().nonnegative(),
	ticket: z.string().min(1).max(WIRE.helloBytes),
	/** The offset up to which the browser has drawn: only counted here, the runner is told in `Open`. */
	resumeFrom: z.int().nonnegative().optional()
});
export type Hello = z.infer<typeof Hello>;

/** What a runner says to the relay after `ready`. Browsers say nothing in text after `hello`. */
export const RunnerMessage = z.discriminatedUnion('type', [
	/** Let this viewer go. It has been told why before, sealed. */
	z.object({ type: z.literal('drop'), channel })
]);
export type RunnerMessage = z.infer<typeof RunnerMessage>;

/** What the relay says. Ends ignore types that they do not know. */
export const RelayMessage = z.discriminatedUnion('type', [
	/** The ticket is good. */
	z.object({
		type: z.literal('ready'),
		/** The version that is spoken from here on: the lower one of both. */
		version: z.int().nonnegative(),
		role: z.enum(ROLES),
		/** For support: names this socket in the relay's log. */
		connectionId: z.uuid(),
		/** To a viewer: whether the runner is connected. If not, wait for `runner`. */
		runnerOnline: z.boolean().optional()
	}),
	/** To a viewer: its runner has come or gone. When it has come, offer anew with a new grant. */
	z.object({ type: z.literal('runner'), online: z.boolean() }),
	/** To a runner: a viewer is there, on this channel. What it may, its grant will say. */
	z.object({
		type: z.literal('join'),
		channel,
		role: z.enum(['writer', 'viewer']),
		sessionId: z.uuid().optional()
	}),
	/** To a runner: that viewer is gone. The number is not used again on this socket. */
	z.object({ type: z.literal('leave'), channel }),
	/** To a browser or a runner: something has changed. */
	z.object({ type: z.literal('notice'), notice: Notice }),
	/** The relay stops within so many milliseconds: connect elsewhere, at a moment of your own choosing. */
	z.object({ type: z.literal('goaway'), withinMs: z.int().nonnegative() }),
	/** The runner is connected to another relay: take the same ticket there. Before `ready`; then it closes. */
	z.object({ type: z.literal('moved'), url: z.url({ protocol: /^wss?$/ }) })
]);
export type RelayMessage = z.infer<typeof RelayMessage>;

/** The reasons of close frames, for those who check them. */
export const CloseReasonName = z.enum(
	Object.keys(CLOSE_REASONS) as [CloseReason, ...CloseReason[]]
);
