import { createContext } from 'svelte';
import type { LayoutData } from './$types';

/** What fires, the same for the shell and the page in it: whoever asks anew sets it for both. */
export interface Firing {
	alerts: LayoutData['firing'];
}

export const [getFiring, setFiring] = createContext<Firing>();
