import { text } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** Liveness: the process answers. It asks nothing else, so that it wakes no database. */
export const GET: RequestHandler = () => text('ok');
