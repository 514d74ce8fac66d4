import { bytesOf, fromBase64url, textOf, toBase64url, type Bytes } from './bytes.ts';

/**
 * JSON in a compact signed form (RFC 7515). Each kind of token has one fixed header, compared as text: a
 * token cannot choose its algorithm, and no kind can stand in for another.
 */
export async function signToken(
	header: object,
	claims: object,
	sign: (input: Bytes) => Promise<ArrayBuffer>
): Promise<string> {
	const input = `${encoded(header)}.${encoded(claims)}`;
	return `${input}.${toBase64url(new Uint8Array(await sign(bytesOf(input))))}`;
}

/** The claims of a token with that header and a good signature; nothing for any other text. */
export async function openToken(
	header: object,
	token: string,
	verify: (signature: Bytes, input: Bytes) => Promise<boolean>
): Promise<unknown> {
	const [head, body, signature, ...rest] = token.split('.');
	if (head !== encoded(header) || !body || !signature || rest.length > 0) return undefined;
	try {
		if (!(await verify(fromBase64url(signature), bytesOf(`${head}.${body}`)))) return undefined;
		return JSON.parse(textOf(fromBase64url(body))) as unknown;
	} catch (cause) {
		// Neither base64url, nor UTF-8, nor JSON: somebody's text, and no token.
		if (cause instanceof TypeError || cause instanceof SyntaxError) return undefined;
		throw cause;
	}
}

const encoded = (value: object) => toBase64url(bytesOf(JSON.stringify(value)));
