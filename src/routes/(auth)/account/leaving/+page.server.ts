import { RETENTION } from '$lib/server/retention';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = () => ({ graceDays: RETENTION.accountGraceDays });
