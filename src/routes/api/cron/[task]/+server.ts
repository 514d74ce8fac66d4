import { answerTask, forCronSecret, onlyGet } from '$lib/server/cron';

/** A task works for 50 s at most while somebody waits for it. */
export const config = { maxDuration: 60 };

/** Runs a task, for whoever knows the cron secret. */
export const GET = forCronSecret(answerTask);

export const HEAD = onlyGet;
export const fallback = onlyGet;
