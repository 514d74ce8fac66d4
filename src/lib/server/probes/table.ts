import type { ProbeName } from '$lib/probes';
import { probeExport } from './export';
import { probeIdeas } from './ideas';
import { probeRelayEcho } from './relay-echo';
import { probeSignIn } from './sign-in';
import type { Probe } from './steps';

/** What is done for each probe. */
export const PROBE_WORK: Record<ProbeName, Probe> = {
	signIn: probeSignIn,
	ideas: probeIdeas,
	export: probeExport,
	relayEcho: probeRelayEcho
};
