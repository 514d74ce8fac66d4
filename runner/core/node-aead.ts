import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { AeadOf } from '#protocol/sealing';

const TAG_BYTES = 16;

/** Node's own AES-256-GCM: for a keystroke a fifth of what a call of WebCrypto costs. The bytes are the same. */
export const nodeAead: AeadOf = (key) => ({
	seal(nonce, additional, plaintext) {
		const cipher = createCipheriv('aes-256-gcm', key, nonce);
		cipher.setAAD(additional);
		const ciphertext = cipher.update(plaintext);
		cipher.final();
		return [ciphertext, cipher.getAuthTag()];
	},
	open(nonce, additional, sealed) {
		const at = sealed.length - TAG_BYTES;
		if (at < 0) throw new RangeError('A frame is shorter than its tag.');
		const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
		decipher.setAAD(additional);
		decipher.setAuthTag(sealed.subarray(at));
		const plaintext = decipher.update(sealed.subarray(0, at));
		decipher.final();
		return plaintext;
	}
});
