import type { RelayEvent, RevokedTarget } from '#protocol/events';
import type { TicketClaims } from '#protocol/tickets';

/** That somebody or something may no longer, since a moment. */
export type Revocation = Extract<RelayEvent, { type: 'revoked' }>;

/** Whether a ticket or a socket falls under a target, whenever it was issued. */
export function fallsUnder(target: RevokedTarget, claims: TicketClaims): boolean {
	switch (target.of) {
		case 'devmode':
			return claims.role !== 'events';
		case 'person':
			return claims.sub === target.id || ('ownerId' in claims && claims.ownerId === target.id);
		case 'runner':
			return 'runnerId' in claims && claims.runnerId === target.id;
		case 'session':
			return 'sessionId' in claims && claims.sessionId === target.id;
		case 'sign-in':
			return 'signInId' in claims && claims.signInId === target.id;
	}
}

/** Whether a ticket was issued before the revocation, and falls under it. Of the same second counts as before. */
export const concerns = ({ target, atMs }: Revocation, claims: TicketClaims): boolean =>
	claims.iat * 1000 <= atMs && fallsUnder(target, claims);

/** The targets under which a ticket may fall, as keys of a store. */
export function targetKeys(claims: TicketClaims): string[] {
	const targets: RevokedTarget[] = [{ of: 'person', id: claims.sub }];
	if (claims.role !== 'events') {
		targets.push({ of: 'devmode' }, { of: 'runner', id: claims.runnerId });
	}
	if ('ownerId' in claims) targets.push({ of: 'person', id: claims.ownerId });
	if ('sessionId' in claims && claims.sessionId) {
		targets.push({ of: 'session', id: claims.sessionId });
	}
	if ('signInId' in claims && claims.signInId) {
		targets.push({ of: 'sign-in', id: claims.signInId });
	}
	return targets.map(targetKey);
}

/** A target as the key of a store. */
export const targetKey = (target: RevokedTarget): string =>
	target.of === 'devmode' ? 'devmode' : `${target.of}:${target.id}`;
