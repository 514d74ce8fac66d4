import { LIMITS } from '$lib/limits';
import type { SignedIn } from './session';

/** Whether the person has shown within the last minutes who they are, as dangerous acts demand. */
export const isFresh = ({ authenticatedAt }: Pick<SignedIn, 'authenticatedAt'>): boolean =>
	Date.now() - authenticatedAt <= LIMITS.freshSignInMinutes * 60_000;
