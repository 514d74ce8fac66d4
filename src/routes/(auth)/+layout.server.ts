import { noticesFor } from '$lib/server/notices';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => ({ notices: await noticesFor(event) });
