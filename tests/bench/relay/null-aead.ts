import type { AeadOf } from '#protocol/sealing';

const TAG_BYTES = 16;

/** Seals nothing: what the way costs without its encryption. It is put into the bench's own bundle of a runner. */
export const nodeAead: AeadOf = () => ({
	seal: (_nonce, _additional, plaintext) => [plaintext, new Uint8Array(TAG_BYTES)],
	open: (_nonce, _additional, sealed) => sealed.subarray(0, sealed.length - TAG_BYTES)
});
