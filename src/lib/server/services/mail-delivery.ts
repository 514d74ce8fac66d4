import { db } from '../db';
import { env } from '../env';
import { DeliveryError } from '../mail/delivery-error';
import { headersOf } from '../mail/headers';
import type { Mail } from '../mail/mail';
import { wayOf } from '../mail/preview';
import type { MailTransport } from '../mail/transport';
import { open } from '../seal';
import { PROBE_EMAIL } from './probe-identity';

/** What the texts of waiting mails are sealed for. */
export const SEALED_FOR = 'outbox';

const ATTEMPTS = 12;
/** An attempt that takes longer has failed; it is over before the message may be taken again. */
const ATTEMPT_MS = 45_000;
const WORDS_CHARS = 500;

/** One message that this process has taken to deliver. */
export interface Claimed {
	id: string;
	payload: string | null;
	attempts: number;
	expired: boolean;
	/** Why nothing may be sent to its address, if so. */
	suppressed: string | null;
}

/** What became of an attempt. */
export interface Outcome {
	/** `pending`: it is tried again. */
	state: 'sent' | 'pending' | 'failed' | 'withheld';
	/** What the mail log says about it. */
	words?: string;
	providerId?: string;
	/** Whether the text is of no use any more. */
	erase?: boolean;
	/** An address that turned out not to exist. */
	gone?: string;
}

/** Tries to send a message. Never throws: whatever happens is an outcome. */
export async function attempt(claimed: Claimed, transport: MailTransport): Promise<Outcome> {
	const { id, payload, attempts, expired, suppressed } = claimed;
	if (expired) {
		return {
			state: 'failed',
			words: 'It could not be sent while it meant something.',
			erase: true
		};
	}
	if (suppressed !== null) {
		return { state: 'withheld', words: `Nothing is sent to this address: ${suppressed}` };
	}
	const mail = openMail(payload);
	if (!mail) {
		const words = 'Its text cannot be read: AUTH_SECRET was replaced after it was written.';
		return { state: 'failed', words, erase: true };
	}
	if (mail.to === PROBE_EMAIL) {
		return {
			state: 'withheld',
			words: 'Nobody reads mail to the account with which Coda tries itself.'
		};
	}
	// What the stream takes stays on this computer.
	const stays = transport.name === 'stream';
	const way = stays ? { to: mail.to, subject: mail.subject } : wayOf(mail, env());
	if ('withheld' in way) return { state: 'withheld', words: way.withheld };
	try {
		if (!(await isWanted(mail))) {
			return { state: 'withheld', words: 'The person does not want mails of this kind.' };
		}
		const letter = { ...mail, ...way, id, headers: headersOf(mail) };
		const { providerId } = await inTime((signal) => transport.send(letter, signal));
		// The development inbox shows what the stream has sent; elsewhere the text is erased.
		return { state: 'sent', words: way.note, providerId, erase: !stays };
	} catch (error) {
		return failure(error, { isLast: attempts >= ATTEMPTS, to: way.to });
	}
}

/** The account that a mail is about, as far as it says so and can be read. */
export const accountIn = ({ payload }: Claimed): string | undefined => openMail(payload)?.userId;

function openMail(payload: string | null): Mail | undefined {
	try {
		return JSON.parse(open(SEALED_FOR, payload ?? '')) as Mail;
	} catch {
		return undefined;
	}
}

function failure(error: unknown, { isLast, to }: { isLast: boolean; to: string }): Outcome {
	const words = (error instanceof Error ? error.message : 'unknown').slice(0, WORDS_CHARS);
	const known = error instanceof DeliveryError ? error : undefined;
	const tryAgain = (known?.tryAgain ?? true) && !isLast;
	return {
		state: tryAgain ? 'pending' : 'failed',
		words,
		gone: known?.recipientIsGone ? to.toLowerCase() : undefined
	};
}

/** Mails of a topic go to whoever has switched them on; where nothing is said, they are off. */
async function isWanted({ topic, userId }: Mail): Promise<boolean> {
	if (!topic) return true;
	const [person] = await db.$queryRaw<{ wanted: boolean }[]>`
		SELECT coalesce(preferences #> ARRAY['notices', ${topic}] = 'true', false) AS wanted
		FROM users WHERE id = ${userId}::uuid AND disabled_at IS NULL`;
	return person?.wanted === true;
}

/** Gives an attempt its time. One that is given up is also ended: it is tried again, and must not arrive twice. */
async function inTime<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const givenUp = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			reject(new Error(`no answer in ${ATTEMPT_MS} ms`));
			givenUp.abort();
		}, ATTEMPT_MS);
	});
	try {
		return await Promise.race([send(givenUp.signal), late]);
	} finally {
		clearTimeout(timer);
	}
}
