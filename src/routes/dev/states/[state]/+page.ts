import { error } from '@sveltejs/kit';
import { STATE_NAMES } from '../states';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ params }) => {
	if (!STATE_NAMES.includes(params.state)) error(404, { message: 'There is no such state.' });
	return { name: params.state, at: '2026-11-25T12:00:00Z' };
};
