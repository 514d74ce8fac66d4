import type { IncomingMessage } from 'node:http';
import type { Caller } from '$lib/server/trpc/caller';
import type { SignedIn } from '$lib/server/auth/session';

declare global {
	namespace App {
		interface Error {
			message: string;
			/** Found again in the logs, on the error page and in the answer's `x-request-id`. */
			requestId?: string;
			/** Why it was refused, and what the words depend on. */
			reason?: string;
			params?: Record<string, string | number>;
			/** Sentences by field of the form. */
			fields?: Record<string, string[]>;
		}
		interface Locals {
			requestId: string;
			/** Who is asking; absent when nobody is signed in. */
			session?: SignedIn;
			/** What went wrong when the database was asked who this is: then nobody knows. */
			sessionError?: Error;
			/** The API without the HTTP hop, for `load` and form actions. */
			trpc: Caller;
		}
		interface PageData {
			/** The person in the corner of the shell. */
			user?: { id: string; email: string; name: string | null; role?: 'user' | 'admin' };
			/** What the address wants alone on the page of an idea. */
			focus?: string | null;
		}
		interface PageState {
			/** What of an idea is alone on the page: a feature by its id, or the plan; `null` for everything. */
			focus?: string | null;
			/** Somebody has just asked for a new terminal on the way to the page of a computer. */
			startsTerminal?: boolean;
		}
		interface Platform {
			req?: IncomingMessage;
		}
	}
}

export {};
