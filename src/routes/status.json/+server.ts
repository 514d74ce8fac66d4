import { json } from '@sveltejs/kit';
import { readStatus, statusCaching } from '$lib/server/status-page';
import type { RequestHandler } from './$types';

/** What the status page says, for programs. */
export const GET: RequestHandler = async () => json(await readStatus(), { headers: statusCaching });
