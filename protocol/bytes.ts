/** Bytes that WebCrypto takes: of a buffer that no other thread shares. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** UTF-8. */
export const bytesOf = (text: string): Bytes => encoder.encode(text) as Bytes;

/** The text of UTF-8 bytes. @throws TypeError where they are none */
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Random bytes from the system. */
export const randomBytes = (length: number): Bytes =>
	crypto.getRandomValues(new Uint8Array(length));

/** One after the other. */
export function joined(...parts: readonly Uint8Array[]): Bytes {
	const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

/** Base64 for addresses and tokens, without padding (RFC 4648, 5). */
export function toBase64url(bytes: Uint8Array): string {
	let binary = '';
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The bytes of `toBase64url`. Only the one spelling of each value is taken. @throws TypeError for others */
export function fromBase64url(text: string): Bytes {
	if (!/^[\w-]*$/.test(text)) throw new TypeError('That is not base64url.');
	const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
	const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
	if (toBase64url(bytes) !== text)
		throw new TypeError('That is not base64url in its one spelling.');
	return bytes;
}

/**
 * What is signed or derived from: a label and parts, each with its length in front, so that no two different
 * lists of parts make the same bytes.
 */
export function transcript(label: string, parts: readonly (Uint8Array | string)[]): Bytes {
	const pieces: Bytes[] = [];
	for (const part of [label, ...parts]) {
		const bytes = typeof part === 'string' ? bytesOf(part) : part;
		const length = new Uint8Array(4);
		new DataView(length.buffer).setUint32(0, bytes.length);
		pieces.push(length, joined(bytes));
	}
	return joined(...pieces);
}
