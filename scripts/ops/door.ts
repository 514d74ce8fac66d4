import { ScriptError } from '../local/script.ts';

/** A task or a probe may work for 50 seconds while somebody waits. */
const TIMEOUT_MS = 70_000;

/** Where a deployment is asked, and what opens it. */
export interface Door {
	url: URL;
	secret: string;
}

/** What a deployment answered. */
export interface Answered {
	status: number;
	/** Its JSON; nothing where it was none. */
	body: unknown;
}

/**
 * The door of the deployment that an operator means: what is done there is done with its settings.
 *
 * @param given `--url`, else `CODA_URL`, else `AUTH_URL`
 * @param otherwise what to say where no address is given
 * @throws ScriptError (exit code 2) without an address, and without `CRON_SECRET`
 */
export function doorOf(given: string | undefined, otherwise: string): Door {
	const address = given || process.env.CODA_URL || process.env.AUTH_URL;
	if (!address || !URL.canParse(address)) throw new ScriptError(otherwise, 2);
	const secret = process.env.CRON_SECRET;
	if (!secret) throw new ScriptError('CRON_SECRET is not set here.', 2);
	return { url: new URL(address), secret };
}

/**
 * Asks for one path there. A redirect is not followed: the secret is for nobody else.
 *
 * @throws ScriptError where nobody answers in time, and where the secret is not taken
 */
export async function knock(
	{ url, secret }: Door,
	path: string,
	timeoutMs = TIMEOUT_MS
): Promise<Answered> {
	const response = await fetch(new URL(path, url), {
		headers: { authorization: `Bearer ${secret}`, 'user-agent': 'coda-ops' },
		redirect: 'error',
		signal: AbortSignal.timeout(timeoutMs)
	}).catch(() => {
		throw new ScriptError(`${url.host} does not answer.`);
	});
	if (response.status === 401) {
		throw new ScriptError(
			`${url.host} does not take the CRON_SECRET that is set here: it has another one, or none.`
		);
	}
	// What is no JSON is no answer of Coda: whoever asks says so with the status.
	return { status: response.status, body: await response.json().catch(() => undefined) };
}
