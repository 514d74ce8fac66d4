import { redirect } from '@sveltejs/kit';
import { requireSession } from '$lib/server/auth/require';
import { consentPath } from '$lib/server/auth/sign-in-path';
import { maintenanceNow } from '$lib/server/maintenance';
import { noticesFor } from '$lib/server/notices';
import { devModeIsOn } from '$lib/server/switches';
import type { LayoutServerLoad } from './$types';

/** What of an address makes a page load anew. */
const VIEW = ['sort', 'filter', 'tag', 'cursor', 'q'];

export const load: LayoutServerLoad = async (event) => {
	const { user, shell, hasConsented } = await requireSession(event);
	// The documents have a new version: the person sees it once, before anything else. While nothing can be
	// changed, nobody can agree, and reading goes on.
	if (!hasConsented && maintenanceNow().mode === 'off') redirect(303, consentPath(event));
	const { id, email, name, role } = user;
	const { pathname, searchParams } = event.url;
	return {
		user: { id, email, name: name ?? null, role },
		shell,
		hasDevices: devModeIsOn(),
		notices: await noticesFor(event),
		/** With it the person comes anew with every page: another may have signed in meanwhile. */
		address: [pathname, ...VIEW.map((one) => searchParams.get(one) ?? '')].join(' ')
	};
};
