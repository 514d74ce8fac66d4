/** What Coda tries by itself, by name: what the page calls it, and what is done. */
export const PROBES = {
	signIn: {
		title: 'Signing in',
		does: 'makes a sign-in link, reads it in the mail, uses it, and ends the session'
	},
	ideas: {
		title: 'Ideas',
		does: 'writes an idea with a feature, changes both, completes one, deletes them for good'
	},
	export: {
		title: 'Export',
		does: 'exports an account as JSON and compares it with what is in it'
	},
	relayEcho: {
		title: 'Relay',
		does: 'sends bytes through the relay as a terminal does, and waits for their echo'
	}
} as const;

/** The name of a probe. */
export type ProbeName = keyof typeof PROBES;

/** Every name, in the order of the page. */
export const PROBE_NAMES = Object.keys(PROBES) as ProbeName[];

/** Whether there is a probe of this name. */
export const isProbe = (name: string): name is ProbeName => Object.hasOwn(PROBES, name);
