import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client';
import { parse, stringify } from 'devalue';
import * as z from 'zod';
import { ERROR_STATUS, type ErrorCode } from '#protocol/errors';
import { PairingPolled, PairingStarted, RunnerTicket } from '#protocol/pairing';
import { ApiProblem, type RunnerApi } from './api.ts';
import { RUNNER_LIMITS } from './limits.ts';

const Challenge = z.object({ challenge: z.string().min(1) });
const Unpaired = z.object({ id: z.uuid() });
const Taken = z.object({ taken: z.int().nonnegative() });
const CODES = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];
const Refusal = z.object({ code: z.enum(CODES), reason: z.string().optional() });

/** How values travel to and from the app. */
const transformer = {
	input: { serialize: stringify, deserialize: parse },
	output: { serialize: stringify, deserialize: parse }
};

/**
 * The app at an address. Answers are checked for their shape: the app may be newer, or something else that
 * answers at that address.
 */
export function httpApi(server: string): RunnerApi {
	const client = createTRPCUntypedClient({
		links: [httpLink({ url: new URL('/api/trpc', server).href, transformer, fetch: patientFetch })]
	});
	const ask = async <Answer extends z.ZodType>(
		answer: Answer,
		asked: Promise<unknown>
	): Promise<z.output<Answer>> => {
		const given = await asked.catch((cause: unknown) => {
			throw problemOf(cause, server);
		});
		const { data } = answer.safeParse(given);
		if (data === undefined) {
			throw new ApiProblem('PARSE_ERROR', `What answers at ${server} is no Coda of this runner.`);
		}
		return data;
	};
	return {
		pairing: {
			start: (asked) => ask(PairingStarted, client.mutation('runner.v1.pairing.start', asked)),
			poll: (asked) => ask(PairingPolled, client.mutation('runner.v1.pairing.poll', asked))
		},
		challenge: (asked) => ask(Challenge, client.query('runner.v1.challenge', asked)),
		ticket: (asked) => ask(RunnerTicket, client.mutation('runner.v1.ticket', asked)),
		unpair: (asked) => ask(Unpaired, client.mutation('runner.v1.unpair', asked)),
		faults: (asked) => ask(Taken, client.mutation('runner.v1.faults', asked))
	};
}

const patientFetch: typeof fetch = (input, init) =>
	fetch(input, {
		...init,
		signal: AbortSignal.timeout(RUNNER_LIMITS.connectMs),
		redirect: 'error'
	});

function problemOf(cause: unknown, server: string): unknown {
	if (!(cause instanceof TRPCClientError)) return cause;
	const { data } = Refusal.safeParse(cause.data);
	if (data?.code === 'NOT_FOUND' && data.reason !== 'runner.notFound') {
		return new ApiProblem(data.code, `DevMode is switched off at ${server}.`, data.reason);
	}
	if (data) return new ApiProblem(data.code, cause.message, data.reason);
	const status = statusOf(cause);
	// A proxy speaks for a Coda that is away.
	if (status !== undefined && status < 500) {
		return new ApiProblem('PARSE_ERROR', `What answers at ${server} is no Coda.`);
	}
	const why = status ?? systemCodeOf(cause);
	return new ApiProblem('UNREACHABLE', `${server} does not answer${why ? ` (${why})` : ''}.`);
}

/** The status of an answer that is none of Coda's. */
function statusOf({ meta }: { meta?: Record<string, unknown> }): number | undefined {
	return meta?.response instanceof Response ? meta.response.status : undefined;
}

/** What the system says of a connection that failed: `ECONNREFUSED`. */
function systemCodeOf(cause: unknown): string | undefined {
	for (let at = cause; at instanceof Error; at = at.cause) {
		if ('code' in at && typeof at.code === 'string') return at.code;
	}
	return undefined;
}
