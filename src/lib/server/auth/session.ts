import { PrismaAdapter } from '@auth/prisma-adapter';
import { SvelteKitAuth } from '@auth/sveltekit';
import type { Adapter, AdapterSession } from '@auth/core/adapters';
import type { RequestEvent } from '@sveltejs/kit';
import { keysIn, type ChosenKeys } from '$lib/state/shortcut-keys';
import { isTheme, type Theme } from '$lib/themes';
import { db } from '../db';
import { env } from '../env';
import { LEGAL } from '../legal';
import { log } from '../log';
import type { Session, User } from '../prisma/client';
import { recordAudit } from '../services/audit';
import { postRelayEventsSoon } from '../services/relay-events';
import { endSessionsIn } from '../services/session-ends';
import { touchSession } from './last-seen';
import { hashToken, newToken } from './token';

const DAY_SECONDS = 86_400;

/** A session ends this long after the person was last seen. */
export const SESSION_SECONDS = 30 * DAY_SECONDS;

/** Who is signed in, and in which browser. */
export interface SignedIn {
	sessionId: string;
	/** When they last proved who they are, as a Unix time in milliseconds. */
	authenticatedAt: number;
	/** Whether they agreed to the documents as they are now. */
	hasConsented: boolean;
	shell: ShellChoices;
	user: Pick<User, 'id' | 'email' | 'name' | 'role'>;
}

/** What every page is drawn by; nothing where the account has no choice of its own yet. */
export interface ShellChoices {
	theme: Theme | null;
	singleKeys: boolean | null;
	timeZone: string | null;
	/** Keys in the place of the table's. */
	keys?: ChosenKeys;
}

/** What is read of a session and its person, at every request. */
type SessionRow = Pick<Session, 'id' | 'userId' | 'expires' | 'authenticatedAt' | 'lastSeenAt'> &
	Pick<User, 'email' | 'emailVerified' | 'name' | 'role' | 'timeZone'> &
	Pick<SignedIn, 'hasConsented'> & {
		theme: string | null;
		singleKeys: boolean | null;
		keys: unknown;
	};

const NOTHING_CHOSEN: ShellChoices = { theme: null, singleKeys: null, timeZone: null };

/** `__Host-` pins the cookie to this host and to TLS; browsers refuse it without TLS. */
const cookieName = (secure: boolean) => (secure ? '__Host-coda-session' : 'coda-session');

const cookieOptions = (secure: boolean) =>
	({ httpOnly: true, sameSite: 'lax', path: '/', secure }) as const;

/**
 * Auth.js keeps a session's token as it is; here the database sees its hash only. Errors are handed
 * to `onError`, because Auth.js would answer them with "nobody is signed in".
 */
function hashedSessions(onError: (error: unknown) => void, onExtended: () => void): Adapter {
	// Prisma's generated client and the adapter's idea of one differ in types that nobody uses here.
	const inner = PrismaAdapter(db as unknown as Parameters<typeof PrismaAdapter>[0]);
	const withToken = (session: AdapterSession, sessionToken: string) => ({
		...session,
		sessionToken
	});
	const guarded = <T>(work: PromiseLike<T>): Promise<T> =>
		Promise.resolve(work).catch((error: unknown) => {
			onError(error);
			throw error;
		});
	return {
		...inner,
		async getSessionAndUser(token) {
			const [found] = await guarded(
				db.$queryRaw<SessionRow[]>`
					SELECT s.id, s.user_id AS "userId", s.expires_at AS expires,
						s.authenticated_at AS "authenticatedAt", s.last_seen_at AS "lastSeenAt",
						u.email, u.email_verified_at AS "emailVerified", u.name, u.role::text,
						u.time_zone AS "timeZone", u.preferences ->> 'theme' AS theme,
						u.preferences -> 'singleKeys' = 'true' AS "singleKeys", u.preferences -> 'keys' AS keys, (
							SELECT count(*) = 2 FROM consents AS c WHERE c.user_id = u.id AND (
								(c.document = 'terms' AND c.version = ${LEGAL.terms.version})
								OR (c.document = 'privacy' AND c.version = ${LEGAL.privacy.version})
							)
						) AS "hasConsented"
					FROM sessions AS s JOIN users AS u ON u.id = s.user_id
					WHERE s.token_hash = ${hashToken(token)} AND u.disabled_at IS NULL`
			);
			if (!found) return null;
			const { id, userId, expires, authenticatedAt, lastSeenAt, hasConsented, ...more } = found;
			const { theme, singleKeys, keys, timeZone, ...user } = more;
			const shell: ShellChoices = { theme: isTheme(theme) ? theme : null, singleKeys, timeZone };
			if (keys) shell.keys = keysIn(keys);
			touchSession(id, lastSeenAt);
			return {
				user: { ...user, id: userId },
				session: { id, sessionToken: token, userId, expires, authenticatedAt, hasConsented, shell }
			};
		},
		async createSession({ sessionToken, userId, expires }) {
			const data = { sessionToken: hashToken(sessionToken), userId, expires };
			return withToken(await guarded(db.session.create({ data })), sessionToken);
		},
		async updateSession({ sessionToken, expires }) {
			const where = { sessionToken: hashToken(sessionToken) };
			const [session] = await guarded(db.session.updateManyAndReturn({ where, data: { expires } }));
			// One that got another token meanwhile must not get its old cookie back.
			if (session) onExtended();
			return session && withToken(session, sessionToken);
		},
		async deleteSession(sessionToken) {
			await guarded(db.session.deleteMany({ where: { sessionToken: hashToken(sessionToken) } }));
		}
	};
}

/** What the database threw, by request. Handles see copies of the event, but the same `locals`. */
const failures = new WeakMap<App.Locals, unknown>();
/** Requests at which a session got its thirty days anew. */
const extended = new WeakSet<App.Locals>();

const authJs = SvelteKitAuth(async (event) => {
	const secure = event.url.protocol === 'https:';
	return {
		adapter: hashedSessions(
			(error) => failures.set(event.locals, error),
			() => extended.add(event.locals)
		),
		providers: [],
		secret: env().AUTH_SECRET ?? newToken(),
		trustHost: true,
		useSecureCookies: secure,
		session: { strategy: 'database', maxAge: SESSION_SECONDS, updateAge: DAY_SECONDS },
		cookies: { sessionToken: { name: cookieName(secure), options: cookieOptions(secure) } },
		callbacks: {
			// Only what pages need: Auth.js would hand out every column of the row.
			session: ({ session, user }) => ({
				expires: session.expires,
				sessionId: 'id' in session ? String(session.id) : '',
				authenticatedAt:
					'authenticatedAt' in session && session.authenticatedAt instanceof Date
						? session.authenticatedAt.valueOf()
						: 0,
				hasConsented: 'hasConsented' in session && session.hasConsented === true,
				shell: 'shell' in session ? session.shell : NOTHING_CHOSEN,
				user: {
					id: user.id,
					email: user.email,
					name: user.name,
					role: 'role' in user ? user.role : 'user'
				}
			})
		},
		logger: {
			error: (error) => {
				// What the database threw is reported by whoever asked for the session.
				if (!failures.has(event.locals)) log('error', 'Auth.js failed', { error });
			},
			warn: (code) => log('warn', 'Auth.js warns', { code }),
			debug: () => undefined
		}
	};
});

/**
 * Who is asking, from the session cookie; nobody when there is none or it has ended. Auth.js reads the
 * session and nothing else: its own pages and endpoints are never reached.
 *
 * @throws what the database threw, so that an outage is an outage and signs nobody out
 */
export async function readSession(event: RequestEvent): Promise<SignedIn | undefined> {
	if (!sessionToken(event)) return undefined;
	await authJs.handle({ event: withQuietCookies(event), resolve: () => new Response() });
	const session = (await event.locals.auth()) as unknown as SignedIn | null;
	const failure = failures.get(event.locals);
	if (failure) throw failure;
	return session ?? undefined;
}

/**
 * Auth.js writes the cookie with every answer. One that was on its way while somebody else signed in
 * would bring the first person back, so the cookie is written only when its time was extended.
 */
function withQuietCookies(event: RequestEvent): RequestEvent {
	const set: typeof event.cookies.set = (name, value, options) => {
		if (extended.has(event.locals) && value) event.cookies.set(name, value, options);
	};
	return { ...event, cookies: { ...event.cookies, set } };
}

/** Gives this browser the token of a session; `startSession` makes them. */
export function writeSessionCookie(event: RequestEvent, token: string): void {
	const secure = event.url.protocol === 'https:';
	event.cookies.set(cookieName(secure), token, {
		...cookieOptions(secure),
		maxAge: SESSION_SECONDS
	});
}

/** Lets go of a session that has ended on the server. */
export function forgetSession(event: RequestEvent): void {
	const secure = event.url.protocol === 'https:';
	event.cookies.delete(cookieName(secure), cookieOptions(secure));
}

/** Ends the session of this browser, on the server first. */
export async function endSession(event: RequestEvent): Promise<void> {
	const token = sessionToken(event);
	if (token) {
		await db.$transaction(async (tx) => {
			const sessionToken = hashToken(token);
			const session = await tx.session.findUnique({
				where: { sessionToken },
				select: { id: true, userId: true }
			});
			if (!session || (await endSessionsIn(tx, { sessionToken })) === 0) return;
			const { requestId } = event.locals;
			await recordAudit(
				tx,
				{ kind: 'person', userId: session.userId, requestId },
				{ action: 'session.end', targetKind: 'session', targetId: session.id }
			);
		});
		postRelayEventsSoon();
	}
	const secure = event.url.protocol === 'https:';
	event.cookies.delete(cookieName(secure), cookieOptions(secure));
}

/** The token of this browser's session, if it has one. */
export function sessionToken(event: RequestEvent): string | undefined {
	return event.cookies.get(cookieName(event.url.protocol === 'https:'));
}
