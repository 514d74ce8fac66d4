import { answerOutside } from '$lib/server/outside-door';

/** Hears a monitor that looks at Coda from outside. */
export const POST = answerOutside;
