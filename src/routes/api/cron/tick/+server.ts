import { answerTick, forCronSecret, onlyGet } from '$lib/server/cron';

/** A task works for 50 s at most while somebody waits for it. */
export const config = { maxDuration: 60 };

/** Runs what is due, for whoever knows the cron secret. The relay calls it every 30 seconds. */
export const GET = forCronSecret(answerTick);

export const HEAD = onlyGet;
export const fallback = onlyGet;
