import { answerStatus, forCronSecret, onlyGet } from '$lib/server/cron';

/** How Coda is at this moment, for whoever knows the cron secret. */
export const GET = forCronSecret(answerStatus);

export const HEAD = onlyGet;
export const fallback = onlyGet;
