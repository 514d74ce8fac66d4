import * as z from 'zod';
import { ERROR_STATUS, type ErrorCode } from './errors.ts';
import { WIRE } from './limits.ts';

/*
 * What browser and runner say to each other in JSON, inside sealed frames. A runner ignores members that it
 * does not know, so that a newer browser may add some.
 */

const name = z.string().min(1).max(WIRE.nameChars);
const path = z.string().min(1).max(WIRE.pathChars);
const cells = z.int().min(1).max(WIRE.terminalCells);
const offset = z.int().nonnegative();
const errorCode = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);

/** Columns and rows. */
export const Size = z.object({ cols: cells, rows: cells });
export type Size = z.infer<typeof Size>;

/** Opens a terminal, or comes back to one. */
export const Open = Size.extend({
	/** The tab, for as long as it lives: inputs are counted by it, so that none counts twice. */
	clientId: z.uuid(),
	/** What the tab has drawn already: of which life of the terminal, and up to where. */
	have: z.object({ epoch: z.string().max(64), offset }).nullable(),
	/** Unacknowledged output that the tab can take, up to `windowMaxBytes`. */
	windowBytes: z.int().min(WIRE.quantumBytes).max(WIRE.windowMaxBytes),
	/** Absent: the terminal must run already. Else it is started if it does not. */
	start: z
		.object({
			/** The working folder; absent: the one remembered for the idea, or else the runner's own choice. */
			folder: path.optional(),
			/** A person chose it for the idea, which remembers it; without a folder: nothing is remembered any more. */
			isChosen: z.boolean().optional(),
			/** What it is called in lists. */
			title: name.optional(),
			/** The idea that it is opened for: for the list of terminals, and for the folder that it remembers. */
			ideaId: z.uuid().optional(),
			/** Kept in tmux, so that it survives the runner, and `tmux attach` finds it. */
			tmux: z.boolean().default(false),
			/** What tmux calls it: `coda-<idea>-<n>`. */
			tmuxName: z
				.string()
				.regex(/^coda-[a-z0-9-]{1,80}$/)
				.optional()
		})
		.optional()
});
export type Open = z.infer<typeof Open>;

/**
 * The output for which a page answers what programs ask of a terminal: from that byte on, up to another one or
 * without end. Of all that look at a terminal exactly one answers for each byte.
 */
export const Answers = z.object({ from: offset, to: offset.optional() });
export type Answers = z.infer<typeof Answers>;

/** The terminal is open; what follows begins at `offset`. */
export const Opened = Size.extend({
	/** Names this life of the terminal: offsets of another epoch mean nothing. */
	epoch: z.string().min(1).max(64),
	/** Where output goes on: at `have`, or where the snapshot that follows stands. */
	offset,
	/** What the runner does about the bytes between `have` and now. */
	resume: z.enum(['fresh', 'exact', 'snapshot']),
	/** The last input of this tab that went to the program. */
	inputSequence: z.int().nonnegative(),
	folder: z.string().max(WIRE.pathChars),
	title: z.string().max(WIRE.nameChars),
	/** What somebody at the computer types to get in as well. */
	attachCommand: z.string().max(200).optional(),
	/** `null`: nothing is to be answered. Absent: a runner that does not say; then tmux answers, or each page does. */
	answers: Answers.nullable().optional()
});
export type Opened = z.infer<typeof Opened>;

/** Why there is no answer to an offer. */
export const Refusal = z.object({ code: errorCode, reason: z.string().max(200) });
export type Refusal = z.infer<typeof Refusal>;

/** Why the runner ends a channel, or what the browser wants ended. */
export const CLOSE_KINDS = [
	/** Browser: I look no more; the program runs on. */
	'detach',
	/** Browser: end the program. */
	'end',
	/** Runner: the program has ended. */
	'ended',
	/** Runner: this computer is no longer paired, or terminals were switched off on it. */
	'revoked',
	/** Runner: somebody else types now (the channel of a tab that was taken over). */
	'replaced',
	/** Runner: the viewer said nothing for too long, or broke the protocol: attach anew. */
	'let-go',
	/** Runner: not allowed, not there; `code` and `reason` say which. */
	'refused',
	/** Runner: it stops. */
	'stopping'
] as const;

/**
 * Why there is no terminal, for a program that says it in words of its own. One that is not known counts as what
 * `code` and `reason` say.
 */
export const CLOSE_WHYS = [
	/** The person at the computer was asked, and said no. */
	'denied',
	/** The person at the computer was asked, and has not answered. */
	'unanswered',
	/** The computer asks before each new terminal, and has nowhere to ask. */
	'nobody-to-ask',
	/** The terminal ended when the runner stopped. */
	'runner-stopped',
	/** Nobody looked at the terminal and nothing happened in it for too long: it was ended. */
	'idle',
	/** What was wanted needs tmux, which is not there, or too old. */
	'no-tmux'
] as const;
export type CloseWhy = (typeof CLOSE_WHYS)[number];

/** The last frame of a channel. */
export const Close = z.object({
	kind: z.enum(CLOSE_KINDS),
	exitCode: z.int().optional(),
	/** What ended the program: `SIGKILL`. */
	signal: z.string().max(32).optional(),
	code: errorCode.optional(),
	/** One of `CLOSE_WHYS`, or of a newer runner. */
	why: z.string().max(40).optional(),
	/** In words, for the person. */
	reason: z.string().max(200).optional()
});
export type Close = z.infer<typeof Close>;

const id = z.int().nonnegative();

/** The number of a response that belongs to OPEN, or OPENED. Questions count from 1. */
export const OPEN_ID = 0;

/** A question to the runner, with a number that its response repeats. */
export const Request = z.discriminatedUnion('ask', [
	/** The folders in a folder; without a path in the one remembered for an idea, or else the allowed ones. */
	z.object({
		...{ id, ask: z.literal('folders.list') },
		...{ path: path.optional(), ideaId: z.uuid().optional() }
	}),
	z.object({ id, ask: z.literal('sessions.list') }),
	z.object({ id, ask: z.literal('sessions.rename'), sessionId: z.uuid(), title: name }),
	z.object({ id, ask: z.literal('sessions.end'), sessionId: z.uuid() })
]);
export type Request = z.infer<typeof Request>;

/** A terminal in the runner's list. */
export const SessionItem = Size.extend({
	sessionId: z.uuid(),
	title: z.string().max(WIRE.nameChars),
	folder: z.string().max(WIRE.pathChars),
	/** The idea that it was opened for. */
	ideaId: z.uuid().optional(),
	startedAt: z.iso.datetime(),
	/** Those who are attached now. */
	viewers: z.int().nonnegative(),
	tmux: z.boolean(),
	/** What somebody at the computer types to get in as well. */
	attachCommand: z.string().max(200).optional()
});
export type SessionItem = z.infer<typeof SessionItem>;

/** A terminal that is not there any more without anybody having ended it. */
export const GoneSession = SessionItem.pick({
	sessionId: true,
	title: true,
	folder: true,
	/** So that the page of an idea can list those that were its own. */
	ideaId: true
}).extend({
	startedAt: z.iso.datetime(),
	/** When it was found to be gone. */
	endedAt: z.iso.datetime(),
	/** One of `CLOSE_WHYS`, or of a newer runner. */
	why: z.string().max(40)
});
export type GoneSession = z.infer<typeof GoneSession>;

/** A terminal that an earlier runner has left to tmux, which does not say now whether it is there. */
export const SilentSession = SessionItem.pick({
	sessionId: true,
	title: true,
	folder: true,
	ideaId: true
}).extend({
	startedAt: z.iso.datetime(),
	/** It is ended as soon as tmux answers. */
	isEnding: z.boolean().optional()
});
export type SilentSession = z.infer<typeof SilentSession>;

/** The runner's list of folders inside one. */
export const FolderList = z.object({
	/** As the system spells it; absent for the list of allowed folders. */
	path: z.string().max(WIRE.pathChars).optional(),
	/** Where "up" leads; absent at the top of what is allowed. */
	parent: z.string().max(WIRE.pathChars).optional(),
	folders: z.array(z.object({ name: z.string().max(255), path: z.string().max(WIRE.pathChars) })),
	/** Whether there are more than were listed. */
	more: z.boolean()
});
export type FolderList = z.infer<typeof FolderList>;

/** What the runner answers. A refusal says why in words for the person. */
export const Response = z.discriminatedUnion('ok', [
	z.object({ id, ok: z.literal(false), code: errorCode, reason: z.string().max(200) }),
	z.object({
		id,
		ok: z.literal(true),
		folders: FolderList.optional(),
		sessions: z.array(SessionItem).optional(),
		/** With `sessions`: those that are gone, the latest first. */
		gone: z.array(GoneSession).optional(),
		/** With `sessions`: those that tmux does not answer for. */
		silent: z.array(SilentSession).optional(),
		/** With `sessions`: there are more than were listed. */
		more: z.boolean().optional(),
		/** With `more`: how many were left out, of those that run or are silent, and of those that are gone. */
		unlisted: z.object({ sessions: z.int().nonnegative(), gone: z.int().nonnegative() }).optional(),
		/** Before OPENED: the person at the computer is asked, and has so many seconds. */
		asksForSeconds: z.int().positive().optional(),
		/** After OPENED: the page answers for this output, and no more for what it was told before. */
		answers: Answers.optional()
	})
]);
export type Response = z.infer<typeof Response>;

/** What each question's answer carries. */
export type AskName = Request['ask'];
