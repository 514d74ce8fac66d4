import { Redis } from '@upstash/redis';

/** Limits and pings answer with a few numbers; more than that is somebody else's answer. */
const ANSWER_BYTES = 4_096;

/** Where an Upstash database is reached over REST. */
export interface UpstashAddress {
	url: string;
	token: string;
}

/** An address, and how long a command may take in all. */
interface Connection extends UpstashAddress {
	timeoutMs: number;
	/** How long an answer may be. */
	answerBytes?: number;
}

/**
 * Upstash's client on a transport of ours. Its own would follow redirects with the token in hand, try
 * again for seconds, and read whatever comes back.
 */
export function upstashRedis({
	url,
	token,
	timeoutMs,
	answerBytes = ANSWER_BYTES
}: Connection): Redis {
	return new Redis({
		async request<TResult>({ body }: { body?: unknown }) {
			const response = await fetch(url, {
				method: 'POST',
				redirect: 'error',
				signal: AbortSignal.timeout(timeoutMs),
				headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
				body: JSON.stringify(body)
			});
			const answer = await readAnswer(response, answerBytes);
			if (typeof answer.error === 'string') throw new Error(answer.error);
			if (!response.ok || !('result' in answer)) throw new Error('That is no answer of Upstash.');
			return { result: answer.result as TResult };
		}
	});
}

async function readAnswer(
	response: Response,
	answerBytes: number
): Promise<Record<string, unknown>> {
	let text = '';
	const decoder = new TextDecoder();
	for await (const chunk of response.body ?? []) {
		text += decoder.decode(chunk, { stream: true });
		if (text.length > answerBytes) throw new Error('Upstash answers more than was asked.');
	}
	const answer: unknown = JSON.parse(text);
	if (typeof answer !== 'object' || answer === null) throw new Error('Upstash answers nonsense.');
	return answer as Record<string, unknown>;
}
