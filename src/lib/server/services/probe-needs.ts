import type { ProbeName } from '$lib/probes';
import { relayDoor } from '../devmode';
import { env } from '../env';
import { devModeIsOn } from '../switches';

/** Why a probe cannot be tried here; nothing where it can. */
export function missingFor(name: ProbeName): string | undefined {
	if (name !== 'relayEcho') return undefined;
	if (!relayDoor() || !env().DEVMODE_JWT_SECRET) return 'There is no relay.';
	return devModeIsOn() ? undefined : 'DevMode is off.';
}
