import { bytesOf } from './bytes.ts';

const PLACEHOLDER = /change[-_ ]?me|replace|your[-_ ]|placeholder|example|random-32|^(.)\1+$/i;
const SECRET_BYTES = 32;

/** Why a secret is not good enough, or nothing when it is. */
export function weaknessOf(secret: string | undefined): string | undefined {
	if (!secret) return 'is missing';
	if (PLACEHOLDER.test(secret)) return 'is a placeholder: make one with "pnpm ops secret"';
	if (bytesOf(secret).length < SECRET_BYTES) {
		return `is shorter than ${SECRET_BYTES} bytes: make one with "pnpm ops secret"`;
	}
	return undefined;
}
