import { json } from '@sveltejs/kit';
import { env } from '$lib/server/env';
import { BUILT_AT, SCHEMA_VERSION } from '$lib/server/build';
import type { RequestHandler } from './$types';

/** What is running here: the commit, the tier, when it was built, and the newest migration it knows. */
export const GET: RequestHandler = () => {
	const { release, tier } = env();
	return json({ commit: release, tier, builtAt: BUILT_AT, schema: SCHEMA_VERSION });
};
