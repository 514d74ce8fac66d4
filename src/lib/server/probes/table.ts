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

/** How long the steps of each may take together, where every one is as slow as it may be. */
export const PROBE_MS: Record<ProbeName, number> = {
	signIn: 20_000,
	ideas: 24_000,
	export: 16_000,
	relayEcho: 12_000
};

/** Whether it does something with the probe's account. What goes through the relay asks no database. */
export const usesAccount = (probe: ProbeName): boolean => probe !== 'relayEcho';
