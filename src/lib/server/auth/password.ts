import { hash, parseOptions, verify } from '@node-rs/argon2';
import { inHashingQueue } from './hashing-queue';

/** Argon2id, as OWASP recommends it: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * A hash of a password that nobody has. It is verified against where there is no password, so that an
 * account that does not exist takes as long as one that does. Its parameters are those above.
 */
const NOBODYS =
	'$argon2id$v=19$m=19456,t=2,p=1$NDi92u5ft3MKIXBMrjquhw$MaGLY2/lMf7DBypMOF79Sk8+KmFj45NPYh5Bpfots0E';

/** One way of writing each password: keyboards differ in how they compose an accent. */
const normal = (password: string): string => password.normalize('NFC');

/** What is stored of a password: argon2id in its encoded form, with a salt of its own. */
export function hashPassword(password: string): Promise<string> {
	return inHashingQueue(() => hash(normal(password), PARAMETERS));
}

/**
 * Whether a password is the one that a hash was made of. Without a hash it is not, after the same work.
 *
 * @param stored what `hashPassword` made, if there is any
 */
export async function verifyPassword(
	stored: string | null | undefined,
	password: string
): Promise<boolean> {
	const same = await inHashingQueue(() => verify(stored ?? NOBODYS, normal(password)));
	return same && Boolean(stored);
}

/** Whether a hash was made with other parameters than today's, and should be made again. */
export function isOutdated(stored: string): boolean {
	const { algorithm, memoryCost, timeCost, parallelism } = parseOptions(stored);
	return (
		algorithm !== parseOptions(NOBODYS).algorithm ||
		memoryCost !== PARAMETERS.memoryCost ||
		timeCost !== PARAMETERS.timeCost ||
		parallelism !== PARAMETERS.parallelism
	);
}
