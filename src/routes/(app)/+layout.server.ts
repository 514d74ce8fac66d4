import { requireSession } from '$lib/server/auth/require';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => {
	const { email, name } = (await requireSession(event)).user;
	return { user: { email, name: name ?? null } };
};
