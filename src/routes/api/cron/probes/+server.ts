import { forCronSecret, onlyGet } from '$lib/server/cron';
import { answerProbes } from '$lib/server/probe-door';

/** A run works for 50 s at most while somebody waits for it. */
export const config = { maxDuration: 60 };

/** Tries what people do, for whoever knows the cron secret. */
export const GET = forCronSecret(answerProbes);

export const HEAD = onlyGet;
export const fallback = onlyGet;
