import { answerList, forCronSecret, onlyGet } from '$lib/server/cron';

/** How each task stands, for whoever knows the cron secret. */
export const GET = forCronSecret(answerList);

export const HEAD = onlyGet;
export const fallback = onlyGet;
