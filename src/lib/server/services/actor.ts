/**
 * Who does something. The first argument of every service function: permission, attribution and the
 * audit trail all come from it.
 */
export type Actor =
	| { kind: 'person'; userId: string; requestId: string }
	| { kind: 'token'; userId: string; tokenId: string; requestId: string }
	| { kind: 'runner'; userId: string; runnerId: string; requestId: string }
	| { kind: 'system'; task: string; requestId: string };

/** An actor who stands for a person: the system itself owns nothing. */
export type PersonalActor = Exclude<Actor, { kind: 'system' }>;

/** How the actor is named in the audit trail. */
export function actorId(actor: Actor): string {
	switch (actor.kind) {
		case 'person':
			return actor.userId;
		case 'token':
			return actor.tokenId;
		case 'runner':
			return actor.runnerId;
		case 'system':
			return actor.task;
	}
}
